import type { CircuitBreaker, Host } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import { NO_TICKET, REFUSED } from "./breakers.ts";
import { createSplit, type Split } from "./canary_split.ts";
import { ipHash } from "./ip_hash.ts";
import { leastConnections } from "./least_connections.ts";
import type { Candidate, Gate, Policy, PolicyOf } from "./policy.ts";
import { randomTwoChoices } from "./random_two.ts";
import { smoothWeightedRoundRobin } from "./round_robin.ts";

/** What is known of targets, by their slots in shared memory. A slot that is none is a target that does well. */
export interface TargetHealth {
  /** False only where checks have found the target down. */
  isHealthy(slot: number): boolean;
  /** Share of its weight that it gets, above 0 to 1: less than 1 while it warms up. */
  warmth(slot: number): number;
  /** Requests that run at it, over all threads. */
  active(slot: number): number;
  /** As `Breakers` has them. */
  wouldAdmit(slot: number, settings: CircuitBreaker): boolean;
  admit(slot: number, settings: CircuitBreaker): number;
}

/** For whoever compiles a snapshot without serving by it. */
export const UNWATCHED_TARGETS: TargetHealth = Object.freeze({
  isHealthy: () => true,
  warmth: () => 1,
  active: () => 0,
  wouldAdmit: () => true,
  admit: () => NO_TICKET,
});

/** Chooses the target of each request of one host. One per thread and snapshot. */
export interface Balancer {
  /** True where `pick` looks at its `client`. */
  readonly needsClient: boolean;
  /**
   * Of the last `pick`: the ticket of the half-open slot that the request took, or `NO_TICKET`. Whoever picks gives
   * it back through `TargetCells`, however the request ends.
   */
  readonly ticket: number;
  /**
   * The target for the next request, other than `exceptId` (one that was just tried) where there is another. Null only
   * where the host has no target. `client`: see `clientKey`.
   */
  pick(exceptId: string | null, client: number): Target | null;
}

export type BalancedHost = Pick<Host, "id" | "targets" | "balance" | "circuit_breaker" | "canary">;

/** How a host may spread its requests, by the name in its `balance` field. */
const POLICIES: Readonly<Record<Host["balance"], PolicyOf>> = {
  "round-robin": smoothWeightedRoundRobin,
  "least-connections": leastConnections,
  "ip-hash": ipHash,
  "random-two-choices": randomTwoChoices,
};

/** Another thread can take the slot that was seen free; then the choice is made again, so often. */
const MOST_TURNS = 4;

/** `random`: 0 to below 1; sends requests to canaries where the split is not by client. */
export function createBalancer(
  host: BalancedHost,
  targetSlots: Readonly<Record<string, number>>,
  health: TargetHealth,
  random: () => number = Math.random,
): Balancer {
  return new TieredBalancer(host, targetSlots, health, createSplit(host, random));
}

/** What a candidate has to be: fit for traffic, not known to be down, another than the one just tried, or anything. */
type Demand = "fit" | "healthy" | "other" | "any";

/**
 * Primaries come first, then canaries (for the canaries' share of requests the other way round), then backups. Where every breaker is open, or every target down, traffic still goes (`panic`,
 * spec 01): first past the breakers, then past the checks, because what fails everywhere says more of the observer
 * than of the targets.
 */
class TieredBalancer implements Balancer, Gate {
  readonly needsClient: boolean;
  ticket = NO_TICKET;
  readonly #health: TargetHealth;
  readonly #breaker: CircuitBreaker;
  readonly #split: Split | null;
  readonly #tiers: readonly Policy[];
  /** As `#tiers`, canaries first; the same list where there is no split. */
  readonly #canaryTiers: readonly Policy[];
  readonly #only: Candidate | null;
  #demand: Demand = "fit";
  #except: string | null = null;

  constructor(
    host: BalancedHost,
    targetSlots: Readonly<Record<string, number>>,
    health: TargetHealth,
    split: Split | null,
  ) {
    this.#health = health;
    this.#breaker = host.circuit_breaker;
    this.#split = split;
    this.needsClient = host.balance === "ip-hash" || (split !== null && host.canary.sticky);
    const candidates = host.targets.map((target) => ({ target, slot: targetSlots[target.id] ?? -1 }));
    const policyOf = POLICIES[host.balance];
    const tier = (fits: (target: Target) => boolean): Policy[] => {
      const members = candidates.filter(({ target }) => fits(target));
      return members.length === 0 ? [] : [policyOf(members)];
    };
    const primaries = tier(({ backup, role }) => !backup && role === "primary");
    const canaries = tier(({ backup, role }) => !backup && role === "canary");
    const backups = tier(({ backup }) => backup);
    this.#tiers = [...primaries, ...canaries, ...backups];
    this.#canaryTiers = split === null ? this.#tiers : [...canaries, ...primaries, ...backups];
    this.#only = candidates.length === 1 ? candidates[0]! : null;
  }

  pick(exceptId: string | null, client: number): Target | null {
    if (this.#only !== null) return this.#take(this.#only);
    this.#except = exceptId;
    const toCanary = this.#split !== null && this.#split(client);
    return this.#fit(toCanary ? this.#canaryTiers : this.#tiers, client) ?? this.#panic("healthy", client) ??
      this.#panic("other", client) ??
      this.#panic("any", client);
  }

  admits({ target, slot }: Candidate): boolean {
    if (this.#demand === "any") return true;
    if (target.id === this.#except) return false;
    if (this.#demand === "other") return true;
    if (!this.#health.isHealthy(slot)) return false;
    return this.#demand === "healthy" || this.#health.wouldAdmit(slot, this.#breaker);
  }

  weight({ target, slot }: Candidate): number {
    return target.weight * this.#health.warmth(slot);
  }

  active({ slot }: Candidate): number {
    return this.#health.active(slot);
  }

  #fit(tiers: readonly Policy[], client: number): Target | null {
    this.#demand = "fit";
    for (let i = 0; i < tiers.length; i++) {
      for (let turn = 0; turn < MOST_TURNS; turn++) {
        const chosen = tiers[i]!.choose(this, client);
        if (chosen === null) break;
        const ticket = this.#health.admit(chosen.slot, this.#breaker);
        if (ticket === REFUSED) continue;
        this.ticket = ticket;
        return chosen.target;
      }
    }
    return null;
  }

  #panic(demand: Demand, client: number): Target | null {
    this.#demand = demand;
    for (let i = 0; i < this.#tiers.length; i++) {
      const chosen = this.#tiers[i]!.choose(this, client);
      if (chosen !== null) return this.#take(chosen);
    }
    return null;
  }

  /** Past the breaker: as one of its probes where there is room, for how else would it ever close? */
  #take({ target, slot }: Candidate): Target {
    const ticket = this.#health.admit(slot, this.#breaker);
    this.ticket = ticket === REFUSED ? NO_TICKET : ticket;
    return target;
  }
}
