import type { LearnedModel } from "../../src/core/learned_model.ts";
import type { Paranoia } from "../../src/core/rule.ts";
import { BUILTIN_RULE_FILES } from "../../src/waf/rule_files/builtin.ts";
import type { HostPolicy } from "../../src/waf/engine.ts";
import { buildRequest } from "../../src/waf/rule_files/example_request.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";
import type { ExampleRequest } from "../../src/waf/rule_files/rule_schema.ts";
import { compileBenchWaf, policyOf } from "../bench/bench_policy.ts";

/** A host in mode `enforce` with the built-in rules and, where there is one, the learned model. */
export function enforcingPolicy(
  paranoiaLevel: Paranoia = 1,
  learned: LearnedModel | null = null,
): HostPolicy {
  const rules = loadRuleFiles(BUILTIN_RULE_FILES).map((each) => each.rule);
  return policyOf(compileBenchWaf(rules, learned, paranoiaLevel), learned === null ? "off" : "score");
}

/** The ids of the rules that refuse the request, empty where it passes. */
export function refusedBy(policy: HostPolicy, example: ExampleRequest): string[] {
  const { request, body } = buildRequest(example);
  const transaction = policy.begin(request);
  let decision = transaction.requestHead();
  if (decision === "pass" && body !== null) decision = transaction.requestBody(body);
  return decision === "pass" ? [] : transaction.findings.map((each) => each.ruleId);
}
