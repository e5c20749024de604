import type { OperationInput } from "../control/operation.ts";
import type { TrafficDetail } from "../../views/model.ts";
import type { ExceptionScope } from "../../views/pages/traffic/exception_form.tsx";
import type { FormReader } from "./form_reader.ts";

/** What can be let pass of a request's first finding, narrowest first. */
export function exceptionScopes(request: TrafficDetail): ExceptionScope[] {
  const target = request.findings[0]?.target ?? null;
  const path = request.target.split("?", 1)[0] ?? "/";
  const scopes: ExceptionScope[] = [];
  if (target !== null) scopes.push({ value: "field", path, target });
  scopes.push({ value: "path", path, target: null });
  if (request.host_id !== "") scopes.push({ value: "host", path: null, target: null });
  return scopes;
}

/** The chosen scope as the operation takes it; with the request's id, so that it is tried on the very finding. */
export function exceptionInput(
  request: TrafficDetail,
  form: FormReader,
): OperationInput<"exceptions.create"> {
  const scopes = exceptionScopes(request);
  const scope = scopes.find((each) => each.value === form.text("scope")) ?? scopes[0];
  const note = form.optional("note");
  return {
    rule_id: form.text("rule_id"),
    request_id: request.id,
    ...(request.host_id === "" ? {} : { host_id: request.host_id }),
    ...(scope === undefined || scope.path === null ? {} : { path: scope.path }),
    ...(scope === undefined || scope.target === null ? {} : { targets: [scope.target] }),
    ...(note === undefined ? {} : { note }),
  };
}
