import { ManualClock } from "../../src/core/clock.ts";
import type { HostWaf } from "../../src/core/host_waf.ts";
import type { Rule } from "../../src/core/rule.ts";
import { compileWaf, type HostPolicy, type Waf, type WafInput } from "../../src/waf/engine.ts";
import { buildRequest } from "../../src/waf/rule_files/example_request.ts";
import type { ExampleRequest } from "../../src/waf/rule_files/rule_schema.ts";

/** An engine with these rules alone, at the settings that hold where nobody says otherwise. */
export function testWaf(rules: readonly Rule[], input: Partial<WafInput> = {}): Waf {
  return compileWaf({
    rules,
    ruleSwitches: {},
    exceptions: [],
    paranoiaLevel: 1,
    threshold: 5,
    hashKey: "00ff",
    maxInspectBytes: 1024 * 1024,
    clock: new ManualClock(),
    ...input,
  });
}

/** What it does on a host that enforces and asks no second opinion, but for `host`. */
export function testPolicy(
  rules: readonly Rule[],
  host: Partial<HostWaf> = {},
  input: Partial<WafInput> = {},
): HostPolicy {
  return testWaf(rules, input).hostPolicy({
    id: "h1",
    domains: ["app.example"],
    waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: "off", ...host },
  });
}

/** What the engine says of a request in one go. */
export function decide(policy: HostPolicy, example: ExampleRequest): string {
  const built = buildRequest(example);
  const transaction = policy.begin(built.request);
  const head = transaction.requestHead();
  if (head !== "pass" || built.body === null) return head;
  return transaction.requestBody(built.body);
}
