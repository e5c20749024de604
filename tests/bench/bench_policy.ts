import type { LearnedMode, LearnedModel } from "../../src/core/learned_model.ts";
import type { Paranoia, Rule } from "../../src/core/rule.ts";
import { compileWaf, type HostPolicy, type Waf } from "../../src/waf/engine.ts";

export function compileBenchWaf(
  rules: readonly Rule[],
  learned: LearnedModel | null,
  paranoiaLevel: Paranoia,
): Waf {
  return compileWaf({
    rules,
    ruleSwitches: {},
    exceptions: [],
    paranoiaLevel,
    threshold: 5,
    hashKey: "00",
    maxInspectBytes: 1024 * 1024,
    learned,
  });
}

export function policyOf(waf: Waf, learned: LearnedMode, mode: "enforce" | "detect" = "enforce"): HostPolicy {
  return waf.hostPolicy({
    id: "bench",
    domains: ["bench.example"],
    waf: { mode, paranoia: null, threshold: null, rules: {}, learned },
  });
}
