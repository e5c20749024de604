import type { Host } from "../../core/host.ts";
import { DIGEST_BODY_BYTES, type RequestDigest } from "../../core/request_digest.ts";
import type { Rule } from "../../core/rule.ts";
import { namedOf } from "../../waf/correlation/example_sequence.ts";
import { correlatedRules, rulesInForce } from "../../waf/correlation/in_force.ts";
import { tryRules } from "../../waf/correlation/sequence_tests.ts";
import type { HostPolicy } from "../../waf/engine.ts";
import type { Answer } from "../body.ts";
import type { Control } from "../control.ts";
import { findHost } from "../hosts/hosts.ts";
import type { OperationArguments } from "../operation.ts";
import { bytes, readTrialRules, requestOf, unreadable } from "./rule_tester.ts";
import { ANY_HOST, enforced } from "./rule_judge.ts";

type Asked = OperationArguments<"rules.test">;
type Input = Pick<Asked, "host" | "paranoia" | "rule"> & {
  readonly sequence: NonNullable<Asked["sequence"]>;
};
type Step = Input["sequence"][number];
type Result = Answer<"rules.test">;

/** Requests that one trial runs at most, repeats included. */
const MOST_REQUESTS = 2_000;

/**
 * What the correlated rules, or the one in `input.rule`, make of a sequence. What each request is found to do the rules
 * in force say, and the step itself.
 */
export function testSequence(control: Control, input: Input): Result {
  const host = input.host === undefined ? null : findHost(control, input.host);
  const only = input.rule === undefined ? null : readTrialRules(input.rule);
  if (only !== null && only.errors.length > 0) return unreadable(control, host, only.errors);
  const rules = only === null ? correlatedOn(control, host, input) : correlatedRules(only.rules);
  const policy = control.ruleJudge.policy(host, input.paranoia);
  const started = control.clock.monotonic();
  const digests = digestsOf(input.sequence, policy, host, control.clock.now());
  const met = tryRules(rules, digests);
  const micros = (control.clock.monotonic() - started) * 1_000;
  const first = met.flat()[0];
  const mode = host?.waf.mode ?? "enforce";
  const verdict = first === undefined ? "allowed" : "blocked";
  return {
    matched: first !== undefined,
    verdict,
    action: mode === "off" || first === undefined ? "allowed" : mode === "detect" ? "detected" : verdict,
    mode,
    score: 0,
    threshold: host?.waf.threshold ?? control.settings().waf.threshold,
    matched_target: first === undefined ? null : first.groupBy,
    matched_value: first === undefined ? null : first.group,
    pattern_valid: true,
    pattern_error: null,
    processing_us: Math.round(micros),
    findings: [],
    sequence: digests.map((digest, i) => ({
      n: i + 1,
      at: (digest.at - digests[0]!.at) / 1_000,
      client: digest.client,
      method: digest.method,
      path: digest.path,
      status: digest.status,
      found: digest.found.split("\n").filter((line) => line !== "").map((line) => line.split("\t")[0]!),
      met: met[i]!.map(({ ruleId, ruleName, counted }) => ({
        rule_id: ruleId,
        rule_name: ruleName,
        counted,
      })),
    })),
  };
}

function correlatedOn(control: Control, host: Host | null, { paranoia }: Input): readonly Rule[] {
  const settings = {
    ruleSwitches: control.store.ruleSwitches.all(),
    exceptions: [],
    paranoiaLevel: control.settings().waf.paranoia_level,
  };
  const on = enforced(host ?? ANY_HOST, paranoia);
  return rulesInForce(correlatedRules(control.rules.all()), on, settings).map(({ rule }) => rule);
}

function digestsOf(
  sequence: readonly Step[],
  policy: HostPolicy,
  host: Host | null,
  now: number,
): RequestDigest[] {
  const digests: RequestDigest[] = [];
  let at = now;
  for (const step of sequence) {
    for (let n = 1; n <= step.repeat && digests.length < MOST_REQUESTS; n++) {
      at += step.after * 1_000;
      digests.push(digestOf(numbered(step, n), policy, host, digests.length, at));
    }
  }
  return digests;
}

function numbered(step: Step, n: number): Step {
  const put = (text: string) => text.replaceAll("{n}", String(n));
  return { ...step, path: put(step.path), body: put(step.body), client: put(step.client) };
}

function digestOf(
  step: Step,
  policy: HostPolicy,
  host: Host | null,
  index: number,
  at: number,
): RequestDigest {
  const request = requestOf({ request: step }, host);
  const transaction = policy.begin({ ...request, clientAddress: step.client });
  const decision = transaction.requestHead();
  const body = new TextEncoder().encode(step.body);
  if (decision === "pass" && body.length > 0) transaction.requestBody(body);
  const { response } = step;
  const answer = new Headers(response.headers);
  const found = [
    ...transaction.findings.map(({ ruleId, family }) => `${ruleId}\t${family}\n`),
    ...step.found.map((name) => `${name}\t${name}\n`),
  ];
  return {
    id: `request-${index + 1}`,
    at,
    hostId: "test",
    client: step.client,
    method: step.method,
    path: request.path,
    query: request.rawQuery ?? "",
    userAgent: request.headers.get("user-agent") ?? "",
    status: response.status,
    size: response.size ?? response.body.length,
    contentType: answer.get("content-type") ?? "",
    latencyMs: response.latency_ms,
    requestBytes: body.length,
    marked: false,
    isGoodBot: false,
    body: bytes(step.body).slice(0, DIGEST_BODY_BYTES),
    responseBody: bytes(response.body).slice(0, DIGEST_BODY_BYTES),
    fingerprint: "",
    named: namedOf(cookiesOf(request.headers.get("cookie") ?? ""), request.headers, answer),
    found: found.join(""),
  };
}

function cookiesOf(field: string): Record<string, string> {
  return Object.fromEntries(
    field.split(";").map((pair) => pair.trim().split("=")).filter(([name]) => name !== "")
      .map(([name, ...value]) => [name!, value.join("=")]),
  );
}
