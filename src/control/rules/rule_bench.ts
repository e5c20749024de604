import type { Rule } from "../../core/rule.ts";
import { compileWaf, type HostPolicy } from "../../waf/engine.ts";
import { buildRequest, type BuiltRequest } from "../../waf/rule_files/example_request.ts";
import { isSequence } from "../../waf/rule_files/rule_schema.ts";
import type { Answer, Context } from "../body.ts";
import type { Control } from "../control.ts";

/** Requests that a bench runs: the passing examples of the rules, as honest clients would send them. */
const MOST_REQUESTS = 400;
const ROUNDS = 3;
const SHOWN = 10;

/** Measures the rules in force on the rules' own harmless examples, whose values are new each round. */
export function benchRules({ control }: Context): Answer<"rules.bench"> {
  const tested = control.rules.tested();
  const requests = tested.flatMap((each) => each.tests.pass.slice(0, 1))
    .flatMap((example) => isSequence(example) ? [] : [example]).slice(0, MOST_REQUESTS);
  const all = control.rules.all().filter((rule) => rule.enabled && !("correlate" in rule.match));
  const micros: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // What a policy remembers of values must not make the next round cheaper.
    const policy = policyOf(control, all);
    for (const request of requests) micros.push(measure(control, policy, buildRequest(request)));
  }
  micros.sort((a, b) => a - b);
  const at = (share: number) => rounded(micros[Math.floor(micros.length * share)] ?? 0);
  const mean = micros.reduce((sum, each) => sum + each, 0) / Math.max(1, micros.length);
  return {
    requests: micros.length,
    mean_us: rounded(mean),
    p50_us: at(0.5),
    p99_us: at(0.99),
    slowest: slowest(control, all, requests.slice(0, 20).map(buildRequest)),
  };
}

/** Each rule alone, on the same requests. */
function slowest(control: Control, rules: readonly Rule[], requests: readonly BuiltRequest[]) {
  const costs = rules.map((rule) => {
    const policy = policyOf(control, [rule]);
    let sum = 0;
    for (const request of requests) sum += measure(control, policy, request);
    return { rule_id: rule.id, name: rule.name, mean_us: rounded(sum / Math.max(1, requests.length)) };
  });
  return costs.sort((a, b) => b.mean_us - a.mean_us).slice(0, SHOWN);
}

function policyOf(control: Control, rules: readonly Rule[]): HostPolicy {
  const { waf } = control.settings();
  return compileWaf({
    rules,
    ruleSwitches: {},
    exceptions: [],
    paranoiaLevel: waf.paranoia_level,
    threshold: waf.threshold,
    hashKey: control.hashKey(),
    maxInspectBytes: waf.inspect_body_bytes,
    learned: control.rules.learned,
    clock: control.clock,
  }).hostPolicy({
    id: "",
    domains: [],
    waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "score" },
  });
}

/** Microseconds in the engine. */
function measure(control: Control, policy: HostPolicy, { request, body }: BuiltRequest): number {
  const started = control.clock.monotonic();
  const transaction = policy.begin(request);
  transaction.requestHead();
  if (body !== null) transaction.requestBody(body);
  return (control.clock.monotonic() - started) * 1_000;
}

function rounded(micros: number): number {
  return Math.round(micros * 10) / 10;
}
