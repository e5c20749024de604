import type { HeaderEdits } from "../../core/header_edits.ts";
import type { Host } from "../../core/host.ts";
import type { HostPath } from "../../core/host_path.ts";
import { isTemplateFault, parseTemplate, type TemplatePart } from "../../core/template.ts";
import { isResponseTransform, type RedirectStatus, type Transform } from "../../core/transform.ts";
import { coreConditions } from "../../core/transform_conditions.ts";
import { AegisError } from "../../core/errors.ts";
import { compileConditions, type CompiledConditions } from "../../waf/conditions.ts";
import type { PathRewrite } from "./path_rewrite.ts";
import type { HeaderStep } from "./rewrite.ts";

/** One step of a request's way to the target. */
export type RequestStep =
  & { readonly when: CompiledConditions | null }
  & (
    | { readonly kind: "header"; readonly edit: HeaderStep }
    | { readonly kind: "path"; readonly rewrite: PathRewrite }
    | { readonly kind: "host"; readonly to: readonly TemplatePart[] }
    | { readonly kind: "query"; readonly name: string; readonly value: readonly TemplatePart[] | null }
    | {
      readonly kind: "redirect";
      readonly to: readonly TemplatePart[];
      readonly status: RedirectStatus;
      readonly keepQuery: boolean;
    }
  );

export interface ResponseStep {
  readonly when: CompiledConditions | null;
  readonly edit: HeaderStep;
}

/** What is done to requests and answers of a host; null where nothing is. */
export interface TransformPlan {
  readonly request: readonly RequestStep[] | null;
  readonly response: readonly ResponseStep[] | null;
}

type PlanSource = Pick<Host, "request_headers" | "response_headers" | "transforms">;

/** The header edits of host and path, then the transforms, in order. Throws AegisError for conditions that do not compile. */
export function compileTransforms(host: PlanSource, path: HostPath | null): TransformPlan {
  const request: RequestStep[] = edits(host.request_headers, path?.request_headers).map((edit) => ({
    kind: "header",
    when: null,
    edit,
  }));
  const response: ResponseStep[] = edits(host.response_headers, path?.response_headers).map((edit) => ({
    when: null,
    edit,
  }));
  for (const transform of host.transforms) {
    const when = transform.when === undefined ? null : compileConditions(coreConditions(transform.when), []);
    if (isResponseTransform(transform.action)) response.push({ when, edit: editOf(transform) });
    else request.push(requestStep(transform, when));
  }
  return {
    request: request.length === 0 ? null : request,
    response: response.length === 0 ? null : response,
  };
}

function edits(ofHost: HeaderEdits, ofPath: HeaderEdits | undefined): HeaderStep[] {
  return ofPath === undefined ? editsOf(ofHost) : [...editsOf(ofHost), ...editsOf(ofPath)];
}

function editsOf(edits: HeaderEdits): HeaderStep[] {
  return [
    ...edits.remove.map((name): HeaderStep => ({ kind: "remove", name })),
    ...Object.entries(edits.set).map(([name, value]): HeaderStep => ({
      kind: "set",
      name,
      value: partsOf(value),
    })),
    ...Object.entries(edits.add).map(([name, value]): HeaderStep => ({
      kind: "add",
      name,
      value: partsOf(value),
    })),
  ];
}

function requestStep(transform: Transform, when: CompiledConditions | null): RequestStep {
  switch (transform.action) {
    case "rewrite-path": {
      const { from = null, regex, to } = transform;
      const pattern = regex === undefined ? null : new RegExp(regex);
      const groups = pattern === null ? 0 : 9;
      return { kind: "path", when, rewrite: { from, regex: pattern, to: partsOf(to, groups) } };
    }
    case "rewrite-host":
      return { kind: "host", when, to: partsOf(transform.to) };
    case "set-query":
      return { kind: "query", when, name: transform.name, value: partsOf(transform.value) };
    case "remove-query":
      return { kind: "query", when, name: transform.name, value: null };
    case "redirect": {
      const { to, status, keep_query: keepQuery } = transform;
      return { kind: "redirect", when, to: partsOf(to), status, keepQuery };
    }
    default:
      return { kind: "header", when, edit: editOf(transform) };
  }
}

function editOf(transform: Transform): HeaderStep {
  switch (transform.action) {
    case "set-request-header":
    case "set-response-header":
      return { kind: "set", name: transform.name, value: partsOf(transform.value) };
    case "add-request-header":
    case "add-response-header":
      return { kind: "add", name: transform.name, value: partsOf(transform.value) };
    case "remove-request-header":
    case "remove-response-header":
      return { kind: "remove", name: transform.name };
    default:
      throw new AegisError("internal", "internal error", {
        privateText: `${transform.action} edits no header`,
      });
  }
}

function partsOf(text: string, groups = 0): readonly TemplatePart[] {
  const parsed = parseTemplate(text, { groups });
  if (isTemplateFault(parsed)) throw new AegisError("invalid_input", parsed.message);
  return parsed;
}
