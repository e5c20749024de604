import { AegisError, type FieldError } from "../../core/errors.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import type { Rule } from "../../core/rule.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import type { WafRequest } from "../../waf/request.ts";
import type { Answer } from "../body.ts";
import type { Control } from "../control.ts";
import { findingView } from "../traffic/finding_view.ts";
import { findHost } from "../hosts/hosts.ts";
import { newId } from "../ids.ts";
import type { OperationArguments } from "../operation.ts";
import { readCustomRules } from "./rule_import.ts";

type Asked = OperationArguments<"rules.test">;
type Input = Pick<Asked, "host" | "paranoia" | "rule"> & { readonly request: NonNullable<Asked["request"]> };
type Result = Answer<"rules.test">;

/** What a decision is called on every face. */
export const VERDICTS = Object.freeze(
  { pass: "allowed", refuse: "blocked", challenge: "challenged", redirect: "redirected" } as const,
);

/** What the rules, or the one rule in `input.rule`, say of a request. */
export function testRules(control: Control, input: Input): Result {
  const host = input.host === undefined ? null : findHost(control, input.host);
  const only = input.rule === undefined ? null : readTrialRules(input.rule);
  if (only !== null && only.errors.length > 0) return unreadable(control, host, only.errors);
  const mode = host?.waf.mode ?? "enforce";
  const policy = only === null
    ? control.ruleJudge.policy(host, input.paranoia)
    : control.ruleJudge.policyOf(only.rules, host);
  const started = control.clock.monotonic();
  const transaction = policy.begin(requestOf(input, host));
  let decision = transaction.requestHead();
  // As a gateway does: what is refused by its head is not read further.
  if (decision === "pass" && input.request.body !== "") {
    decision = transaction.requestBody(new TextEncoder().encode(input.request.body));
  }
  const micros = (control.clock.monotonic() - started) * 1_000;
  const findings = transaction.findings.map(findingView);
  const verdict = VERDICTS[decision];
  return {
    matched: findings.length > 0,
    verdict,
    action: actionIn(mode, verdict, findings.length > 0),
    mode,
    score: transaction.score,
    threshold: transaction.threshold,
    matched_target: findings[0]?.target ?? null,
    matched_value: findings[0]?.value ?? null,
    pattern_valid: true,
    pattern_error: null,
    processing_us: Math.round(micros),
    findings,
  };
}

/** Rules to be tried and not kept: a file, or a single rule as the editor shows it. */
export function readTrialRules(text: string): { rules: Rule[]; errors: FieldError[] } {
  const { rules, errors } = readCustomRules(text, {
    isTaken: () => false,
    newId: () => newId("rule"),
    trial: true,
  });
  if (errors.some((error) => error.message === "no rules found")) {
    // A single rule, as the editor shows it.
    const indented = text.split("\n").map((line) => `  ${line}`).join("\n");
    const one = readCustomRules(`-\n${indented}`, {
      isTaken: () => false,
      newId: () => newId("rule"),
      trial: true,
    });
    return { rules: one.rules.map((each) => each.rule), errors: one.errors };
  }
  return { rules: rules.map((each) => each.rule), errors };
}

export function requestOf({ request }: Pick<Input, "request">, host: Host | null): WafRequest {
  const question = request.path.indexOf("?");
  const rawPath = bytes(question < 0 ? request.path : request.path.slice(0, question));
  const path = canonicalPath(rawPath);
  const headers = HeaderList.from(request.headers.map(([name, value]) => [name, bytes(value.trim())]));
  if (!headers.has("host")) headers.append("host", host?.domains[0] ?? "app.example");
  const length = new TextEncoder().encode(request.body).length;
  if (length > 0) headers.set("content-length", String(length));
  return {
    method: request.method,
    rawPath,
    path: path.path,
    rawQuery: question < 0 ? null : bytes(request.path.slice(question + 1)),
    headers,
    clientAddress: "192.0.2.1",
    protocol: "HTTP/1.1",
  };
}

/** UTF-8 as one char a byte, as it would come over the wire. */
export function bytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

function actionIn(mode: Host["waf"]["mode"], verdict: Result["verdict"], found: boolean): Result["action"] {
  if (mode === "off" || !found) return "allowed";
  if (mode === "detect") return "detected";
  return verdict === "allowed" ? "detected" : verdict;
}

export function unreadable(control: Control, host: Host | null, errors: readonly FieldError[]): Result {
  const first = errors[0];
  if (first === undefined) throw new AegisError("internal", "an unreadable rule without an error");
  return {
    matched: false,
    verdict: "allowed",
    action: "allowed",
    mode: host?.waf.mode ?? "enforce",
    score: 0,
    threshold: host?.waf.threshold ?? control.settings().waf.threshold,
    matched_target: null,
    matched_value: null,
    pattern_valid: false,
    // One rule was handed in, so its number in the list says nothing.
    pattern_error: [first.field.replace(/^(?:rules\.)?\d+\.?/, ""), first.message].filter(Boolean).join(": "),
    processing_us: 0,
    findings: [],
  };
}
