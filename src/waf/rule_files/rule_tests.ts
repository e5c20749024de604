import { ManualClock } from "../../core/clock.ts";
import { compileWaf, type HostPolicy } from "../engine.ts";
import { buildRequest, type BuiltRequest } from "./example_request.ts";
import { sequenceMatches } from "../correlation/sequence_tests.ts";
import type { LoadedRule, RuleExample } from "./rule_file.ts";
import { isSequence } from "./rule_schema.ts";

/** A test of a rule that came out otherwise than written. */
export interface RuleTestFailure {
  readonly ruleId: string;
  readonly file: string;
  readonly line: number;
  /** The list it stands in, and its place there from 0. */
  readonly expected: "match" | "pass";
  readonly index: number;
  readonly request: RuleExample;
}

/** Runs each rule's own tests with that rule alone, through the engine that serves requests. */
export function runRuleTests(loaded: readonly LoadedRule[]): RuleTestFailure[] {
  return loaded.flatMap((each) => {
    const policy = policyFor(each);
    return [...failures(each, policy, "match"), ...failures(each, policy, "pass")];
  });
}

function failures(each: LoadedRule, policy: HostPolicy, expected: "match" | "pass"): RuleTestFailure[] {
  return each.tests[expected].flatMap((request, index) => {
    const matched = isSequence(request)
      ? sequenceMatches(each.rule, request)
      : matches(policy, buildRequest(request));
    if (matched === (expected === "match")) return [];
    return [{ ruleId: each.rule.id, file: each.file, line: each.line, expected, index, request }];
  });
}

function matches(policy: HostPolicy, built: BuiltRequest): boolean {
  const transaction = policy.begin(built.request);
  transaction.requestHead();
  if (built.body !== null) transaction.requestBody(built.body);
  const { response } = built;
  if (response !== null) transaction.responseHead(response.status, response.headers);
  if (response !== null && response.body !== null) transaction.responseBody(response.body);
  return transaction.findings.length > 0;
}

function policyFor(each: LoadedRule): HostPolicy {
  const { host: _, ...everywhere } = each.rule;
  const waf = compileWaf({
    rules: [{ ...everywhere, enabled: true }],
    ruleSwitches: {},
    exceptions: [],
    paranoiaLevel: 4,
    threshold: 5,
    hashKey: "00",
    maxInspectBytes: 1024 * 1024,
    // Time stands still: what a test says must not depend on how busy the machine is.
    clock: new ManualClock(),
  });
  return waf.hostPolicy({
    id: "test",
    domains: ["app.example"],
    waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "off" },
  });
}
