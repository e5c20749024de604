import { BUILTIN_RULE_FILES } from "../../../src/waf/rule_files/builtin.ts";
import { builtinModel } from "../../../src/waf/learned/builtin_model.ts";
import { buildRequest, type BuiltRequest } from "../../../src/waf/rule_files/example_request.ts";
import { loadRuleFiles } from "../../../src/waf/rule_files/rule_file.ts";
import { isSequence } from "../../../src/waf/rule_files/rule_schema.ts";
import { compileBenchWaf, policyOf } from "../bench_policy.ts";

/** A request that a rule's own tests hold. */
export interface RuleExample {
  readonly family: string;
  readonly isAttack: boolean;
  readonly built: BuiltRequest;
}

const SURE: ReadonlySet<string> = new Set(["high", "critical"]);

/**
 * What the rules' own tests say of every family: the `match` examples of rules that refuse by themselves, and as
 * harmless those `pass` examples of which no rule of the default paranoia finds anything.
 */
export function ruleExamples(): RuleExample[] {
  const loaded = loadRuleFiles(BUILTIN_RULE_FILES);
  const all = policyOf(compileBenchWaf(loaded.map((each) => each.rule), builtinModel(), 1), "off", "detect");
  const isQuiet = ({ request, body }: BuiltRequest) => {
    const transaction = all.begin(request);
    transaction.requestHead();
    if (body !== null) transaction.requestBody(body);
    return transaction.findings.length === 0;
  };
  return loaded.flatMap(({ rule, tests }): RuleExample[] => {
    const requests = (examples: typeof tests.match) =>
      examples.flatMap((each) => isSequence(each) ? [] : [buildRequest(each)]).filter((each) =>
        each.response === null
      );
    const isSure = SURE.has(rule.severity) && rule.action === "block" && rule.paranoia === 1;
    const attacks = isSure ? requests(tests.match) : [];
    return [
      ...attacks.map((built) => ({ family: rule.family, isAttack: true, built })),
      ...requests(tests.pass).filter(isQuiet).map((built) => ({
        family: rule.family,
        isAttack: false,
        built,
      })),
    ];
  });
}
