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
  const chosen = Map.groupBy(request.findings, (finding) => finding.rule_id);
  return [...chosen].filter(([ruleId]) => form.isOn(`rule.${ruleId}`)).map(([ruleId, findings]) => ({
    rule_id: ruleId,
    request_id: request.id,
    ...(request.host_id === "" ? {} : { host_id: request.host_id }),
    ...(scope === undefined || scope.path === null ? {} : { path: scope.path }),
    ...(scope === undefined || scope.targets.length === 0 ? {} : { targets: targetsOf(findings) }),
    ...(note === undefined ? {} : { note }),
  }));
}

function targetsOf(findings: readonly FindingView[]): string[] {
  return [...new Set(findings.map((finding) => finding.target))];
}
