import type { OperationInput } from "../control/operation.ts";
import type { FindingView, TrafficDetail } from "../../views/model.ts";
import type { ExceptionScope } from "../../views/pages/traffic/exception_form.tsx";
import type { FormReader } from "./form_reader.ts";

/** Where the findings of a request can be let pass, narrowest first. */
export function exceptionScopes(request: TrafficDetail): ExceptionScope[] {
  const path = request.target.split("?", 1)[0] ?? "/";
  const targets = [...new Set(request.findings.map((finding) => finding.target))];
  const scopes: ExceptionScope[] = [
    { value: "field", path, targets },
    { value: "path", path, targets: [] },
  ];
  if (request.host_id !== "") scopes.push({ value: "host", path: null, targets: [] });
  return scopes;
}

/**
 * The chosen rules in the chosen scope, one exception a rule, as the operation takes them; with the request's id, so
 * that each is tried on the very finding.
 */
export function exceptionInputs(
  request: TrafficDetail,
  form: FormReader,
): OperationInput<"exceptions.create">[] {
  const scopes = exceptionScopes(request);
  const scope = scopes.find((each) => each.value === form.text("scope")) ?? scopes[0];
  const note = form.optional("note");
  return exceptionsIn(request, scope, (ruleId) => form.isOn(`rule.${ruleId}`)).map((each) => ({
    ...each,
    request_id: request.id,
    ...(note === undefined ? {} : { note }),
  }));
}

/** Above the score that was seen, so that the next one like it passes too. */
const SCORE_MARGIN = 2;

/** One exception for each rule that found something. The model's only raises its threshold where a field is named. */
export function exceptionsIn(
  request: TrafficDetail,
  scope: ExceptionScope | undefined,
  isChosen: (ruleId: string) => boolean,
): OperationInput<"exceptions.preview">["exceptions"] {
  const found = Map.groupBy(request.findings, (finding) => finding.rule_id);
  return [...found].filter(([ruleId]) => isChosen(ruleId)).map(([ruleId, findings]) => {
    const isField = scope !== undefined && scope.targets.length > 0;
    const scores = findings.flatMap((finding) =>
      finding.source === "learned" ? [finding.learned!.score] : []
    );
    return {
      rule_id: ruleId,
      ...(request.host_id === "" ? {} : { host_id: request.host_id }),
      ...(scope === undefined || scope.path === null ? {} : { path: scope.path }),
      ...(isField ? { targets: targetsOf(findings) } : {}),
      ...(isField && scores.length > 0 ? { up_to_score: Math.max(...scores) + SCORE_MARGIN } : {}),
    };
  });
}

function targetsOf(findings: readonly FindingView[]): string[] {
  return [...new Set(findings.map((finding) => finding.target))];
}

/** The narrowest: every rule that found something, on this path of this host, in the fields where it did. */
export function narrowestExceptions(request: TrafficDetail): OperationInput<"exceptions.create">[] {
  return exceptionsIn(request, exceptionScopes(request)[0], () => true).map((each) => ({
    ...each,
    request_id: request.id,
  }));
}
