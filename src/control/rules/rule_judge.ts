import type { Clock } from "../../core/clock.ts";
import type { LearnedModel } from "../../core/learned_model.ts";
import type { Paranoia, Rule, RuleException } from "../../core/rule.ts";
import type { Store } from "../../store/store.ts";
import { compileWaf, type HostPolicy, type Waf } from "../../waf/engine.ts";
import type { PolicyHost } from "../../waf/policy.ts";
import type { RuleCatalogue } from "./rule_catalogue.ts";
import type { Settings } from "../settings/settings_in_force.ts";

/** Stands for a host where none is named. */
export const ANY_HOST: PolicyHost = Object.freeze<PolicyHost>({
  id: "",
  domains: [],
  waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: "score" },
});

export interface RuleJudgeParts {
  readonly store: Pick<Store, "ruleSwitches" | "exceptions">;
  readonly clock: Clock;
  readonly rules: Pick<RuleCatalogue, "all" | "learned">;
  settings(): Settings;
  hashKey(): string;
  /** Of the snapshot in force; 0: none is. */
  version(): number;
}

/** The rules of the gateways, for requests that are tried by hand. Keeps what it compiled for the snapshot in force. */
export class RuleJudge {
  readonly #parts: RuleJudgeParts;
  #kept: { readonly version: number; readonly waf: Waf } | null = null;

  constructor(parts: RuleJudgeParts) {
    this.#parts = parts;
  }

  /** How the rules in force judge requests to `host`, as if it enforced. */
  policy(host: PolicyHost | null, paranoia: Paranoia | undefined): HostPolicy {
    return this.#inForce().hostPolicy(enforced(host ?? ANY_HOST, paranoia));
  }

  /** How `rules` alone judge requests to `host`, as if it enforced at the highest paranoia. */
  policyOf(rules: readonly Rule[], host: PolicyHost | null): HostPolicy {
    return this.#compile(rules, null).hostPolicy(enforced(host ?? ANY_HOST, 4));
  }

  /** How the rules in force and `exceptions` besides judge requests to `host`; it only detects. */
  policyWith(host: PolicyHost | null, exceptions: readonly RuleException[]): HostPolicy {
    const { id, domains, waf } = host ?? ANY_HOST;
    const { rules } = this.#parts;
    const compiled = exceptions.length === 0
      ? this.#inForce()
      : this.#compile(rules.all(), rules.learned, exceptions, this.#inForce());
    return compiled.hostPolicy({ id, domains, waf: { ...waf, mode: "detect" } });
  }

  #inForce(): Waf {
    const version = this.#parts.version();
    if (this.#kept !== null && version !== 0 && this.#kept.version === version) return this.#kept.waf;
    const { rules } = this.#parts;
    const waf = this.#compile(rules.all(), rules.learned);
    this.#kept = { version, waf };
    return waf;
  }

  #compile(
    rules: readonly Rule[],
    learned: LearnedModel | null,
    exceptions: readonly RuleException[] = [],
    before: Waf | null = null,
  ): Waf {
    const { store, clock } = this.#parts;
    const { waf } = this.#parts.settings();
    return compileWaf({
      rules,
      ruleSwitches: store.ruleSwitches.all(),
      exceptions: [...store.exceptions.list(), ...exceptions],
      learned,
      paranoiaLevel: waf.paranoia_level,
      threshold: waf.threshold,
      hashKey: this.#parts.hashKey(),
      maxInspectBytes: waf.inspect_body_bytes,
      clock,
    }, before);
  }
}

export function enforced(host: PolicyHost, paranoia: Paranoia | undefined): PolicyHost {
  const { id, domains, waf } = host;
  return { id, domains, waf: { ...waf, mode: "enforce", paranoia: paranoia ?? waf.paranoia } };
}
