import type { CorrelationEvent } from "../../core/correlation_event.ts";
import type { CorrelationSetup } from "../../core/correlation_setup.ts";
import type { RequestDigest } from "../../core/request_digest.ts";
import { Bystanders } from "./bystanders.ts";
import { compileCorrelated, type CompiledRule, foundNames } from "./compiled_rule.ts";
import { eventOf } from "./event.ts";
import { ownCopy } from "../../lib/own_copy.ts";
import { clientText } from "../../lib/client_words.ts";
import { groupOf, likeness } from "./grouping.ts";
import { addHit, type Hit } from "./sequence.ts";
import { RING_MS, SnapshotRings } from "./snapshot_rings.ts";
import { Tallies } from "./tallies.ts";

/** A rule that blocks is met again and again until the block is in force everywhere; events need not tell that. */
const BLOCK_MUTE_MS = 10_000;
const LONGEST_WINDOW_MS = 3_600_000;

export interface CorrelatorParts {
  /** Makes ids of events, from milliseconds since 1970. */
  readonly newId: (at: number) => string;
  readonly rings?: SnapshotRings;
  readonly tallies?: Tallies;
}

interface RuleInForce {
  readonly compiled: CompiledRule;
  readonly key: string;
  /** It was not in force before. */
  readonly isNew: boolean;
  readonly blocks: boolean;
}

/**
 * Counts what requests together amount to (spec 02, Correlation). It sees the requests of all gateways, so that neither
 * the connection nor the thread that they came by makes a difference; what each was found to do it is told.
 */
export class Correlator {
  readonly #parts: CorrelatorParts;
  readonly #rings: SnapshotRings;
  readonly #tallies: Tallies;
  readonly #bystanders = new Bystanders();
  #setup: CorrelationSetup | null = null;
  #hosts: ReadonlyMap<string, readonly RuleInForce[]> = new Map();
  /** Names what was counted for a rule as it reads now; a rule that was edited counts anew. */
  #revisions: ReadonlyMap<string, number> = new Map();
  #lastRevision = 0;

  constructor(parts: CorrelatorParts) {
    this.#parts = parts;
    this.#rings = parts.rings ?? new SnapshotRings();
    this.#tallies = parts.tallies ?? new Tallies();
  }

  get rings(): SnapshotRings {
    return this.#rings;
  }

  /**
   * Other rules or hosts. Rules that are new count what is remembered of the last five minutes; what that meets is no
   * news. Throws AegisError where a rule does not compile; the old ones stay in force.
   */
  setUp(setup: CorrelationSetup): void {
    const compiled = setup.rules.map(compileCorrelated);
    const texts = setup.rules.map((rule) => JSON.stringify(rule));
    const before = this.#revisions;
    const revisions = new Map(texts.map((text) => [text, before.get(text) ?? ++this.#lastRevision]));
    this.#hosts = new Map(setup.hosts.map((host) => [
      host.id,
      host.rules.map(({ index, action }) => ({
        compiled: compiled[index]!,
        key: `${revisions.get(texts[index]!)}\n${host.id}\n`,
        isNew: !before.has(texts[index]!),
        blocks: action === "block",
      })),
    ]));
    this.#setup = setup;
    this.#revisions = revisions;
    if (texts.every((text) => before.has(text))) return;
    for (const digest of this.#rings.all()) {
      this.#count(digest, (this.#hosts.get(digest.hostId) ?? []).filter(({ isNew }) => isNew));
    }
  }

  /** Takes a request in; returns the events that it completes. */
  receive(digest: RequestDigest): CorrelationEvent[] {
    const rules = this.#hosts.get(digest.hostId);
    if (rules === undefined) return [];
    this.#rings.add(ringOf(digest), digest);
    return this.#count(digest, rules);
  }

  /** Forgets what is too old to matter. `now`: milliseconds since 1970. */
  expire(now: number): void {
    this.#rings.expire(now - RING_MS);
    this.#tallies.expire(now - LONGEST_WINDOW_MS);
    this.#bystanders.expire(now - LONGEST_WINDOW_MS);
  }

  #count(digest: RequestDigest, rules: readonly RuleInForce[]): CorrelationEvent[] {
    const found = foundNames(digest);
    const events: CorrelationEvent[] = [];
    let isHarmless = digest.found === "";
    for (const each of rules) {
      const steps = each.compiled.stepsOf(digest, found);
      if (steps === 0) continue;
      isHarmless = false;
      const event = this.#hit(digest, each, steps);
      if (event !== null) events.push(event);
    }
    if (isHarmless && digest.fingerprint !== "" && rules.some(byFingerprint)) {
      this.#bystanders.note(sharedKey(digest, digest.fingerprint), digest.client, digest.at);
    }
    return events;
  }

  #hit(
    digest: RequestDigest,
    { compiled, key, blocks }: RuleInForce,
    steps: number,
  ): CorrelationEvent | null {
    const setup = this.#setup!;
    const { rule } = compiled;
    const { groupBy, uniqueFields, windowSeconds } = rule.correlation;
    const group = groupOf(digest, groupBy);
    if (group === null) return null;
    const met = this.#tallies.change(ownCopy(key + group), digest.at, (hits) => {
      // [SECURITY] Copies: a hit is remembered far longer than its digest, whose text each slice would keep alive.
      const hit: Hit = {
        at: digest.at,
        requestId: ownCopy(digest.id),
        client: ownCopy(digest.client),
        marked: digest.marked,
        ring: ownCopy(ringOf(digest)),
        steps,
        likeness: uniqueFields.length === 0 ? "" : likeness(digest, uniqueFields, setup.hashKey),
      };
      return addHit(hits, hit, rule.correlation);
    });
    if (met === null) return null;
    const windowMs = windowSeconds * 1_000;
    this.#tallies.mute(key + group, digest.at + (blocks ? Math.min(windowMs, BLOCK_MUTE_MS) : windowMs));
    const isBlock = blocks && met.some(({ marked }) => !marked) &&
      !(groupBy === "fingerprint" && this.#isShared(digest, group, met));
    const place = { rule, hostId: digest.hostId, group, hits: met, blocks: isBlock };
    return eventOf(place, this.#rings, setup, this.#parts.newId(digest.at));
  }

  /** [SECURITY] An event is written down all the same; whoever does it alone is found by a rule that groups by address. */
  #isShared(digest: RequestDigest, fingerprint: string, met: readonly Hit[]): boolean {
    return this.#bystanders.hasOthers(
      sharedKey(digest, fingerprint),
      new Set(met.map(({ client }) => client)),
    );
  }
}

function byFingerprint({ compiled }: RuleInForce): boolean {
  return compiled.rule.correlation.groupBy === "fingerprint";
}

function sharedKey({ hostId }: RequestDigest, fingerprint: string): string {
  return `${hostId}\n${fingerprint}`;
}

/** Per host and client (spec 02). */
function ringOf({ hostId, client }: RequestDigest): string {
  return `${hostId}:${clientText(client)}`;
}
