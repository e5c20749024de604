import type { HostPolicy } from "../../../src/waf/engine.ts";
import { buildRequest } from "../../../src/waf/rule_files/example_request.ts";
import { count, newTally, type Tally } from "../waf_tally.ts";
import { HONEST_BUDGET, honestRequests } from "./corpus.ts";

/** What a policy makes of the benign corpus. */
export interface HonestVerdict {
  readonly byApplication: ReadonlyMap<string, Tally>;
  /** One line for each refused request: application, rules and targets. */
  readonly refusals: readonly string[];
  readonly isOverBudget: boolean;
}

export function judgeHonest(policy: HostPolicy): HonestVerdict {
  const byApplication = new Map<string, Tally>();
  const refusals: string[] = [];
  const requests = honestRequests();
  for (const { application, example } of requests) {
    const { request, body } = buildRequest(example);
    const transaction = policy.begin(request);
    let decision = transaction.requestHead();
    if (decision === "pass" && body !== null) decision = transaction.requestBody(body);
    const isRefused = decision !== "pass";
    const tally = byApplication.get(application) ?? newTally();
    byApplication.set(application, tally);
    count(tally, false, isRefused);
    if (!isRefused) continue;
    const found = transaction.findings.map((each) => `${each.ruleId}@${each.target}`).join(",");
    refusals.push(`${application} ${request.method} ${request.rawPath}: ${found}`);
  }
  return { byApplication, refusals, isOverBudget: refusals.length > requests.length * HONEST_BUDGET };
}
