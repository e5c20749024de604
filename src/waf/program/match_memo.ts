import type { Finding } from "../../core/finding.ts";
import { ownCopy } from "../../lib/own_copy.ts";
import type { Match } from "./match.ts";
import type { Plan } from "./plan.ts";
import type { ValueKind } from "../targets/kinds.ts";

/** What a finding keeps of a value (finding_value.ts). */
export type Evidence = Pick<Finding, "value" | "steps" | "span">;

/** Longer values are rarely seen twice. */
const MAX_VALUE_CHARS = 512;
/** Per generation; two generations live. A value with its evidence has a few thousand characters. */
const MAX_CHARS = 512 * 1024;
const MAX_PLACES = 4;

/** What was found in a value at one kind of place. */
interface Place {
  readonly plan: Plan;
  readonly kind: ValueKind;
  readonly matches: readonly Match[];
}

/** What the last finding of a match kept, for the next one at the same place. */
interface Told {
  readonly label: string;
  readonly hashKey: string;
  readonly evidence: Evidence;
}

/**
 * Values in which rules found something, with what they found, so that a flood of one attack costs little more than a
 * flood of refused addresses. Bounded by characters in two generations: when the young one is full it becomes the old
 * one, and the old one is dropped.
 */
export class MatchMemo {
  #young = new Map<string, Place[]>();
  #old = new Map<string, Place[]>();
  #told = new WeakMap<Match, Told>();
  #chars = 0;

  /** What `plan` found in `value`; null where that is not known. */
  find(plan: Plan, kind: ValueKind, value: string): readonly Match[] | null {
    if (value.length > MAX_VALUE_CHARS) return null;
    const places = this.#young.get(value) ?? this.#old.get(value);
    if (places === undefined) return null;
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      if (place.plan === plan && place.kind === kind) return place.matches;
    }
    return null;
  }

  /** Remembers that `plan` found `matches` in `value`. */
  add(plan: Plan, kind: ValueKind, value: string, matches: readonly Match[]): void {
    if (value.length > MAX_VALUE_CHARS) return;
    const places = this.#young.get(value) ?? this.#old.get(value) ?? [];
    if (places.length >= MAX_PLACES) return;
    this.#take(value.length);
    this.#young.set(this.#young.has(value) ? value : ownCopy(value), [...places, { plan, kind, matches }]);
  }

  /** The evidence for a match that `find` gave, made by `make` where it is not known yet. */
  evidence(match: Match, label: string, hashKey: string, make: () => Evidence): Evidence {
    const told = this.#told.get(match);
    if (told !== undefined && told.label === label && told.hashKey === hashKey) return told.evidence;
    const evidence = make();
    this.#take(evidence.steps.reduce((sum, { output }) => sum + output.length, evidence.value.length));
    this.#told.set(match, { label, hashKey, evidence });
    return evidence;
  }

  #take(chars: number): void {
    this.#chars += chars;
    if (this.#chars <= MAX_CHARS) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#chars = chars;
  }
}
