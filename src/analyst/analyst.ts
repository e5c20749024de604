import type { BanWish } from "../core/ban_wish.ts";
import type { Clock } from "../core/clock.ts";
import type { CorrelationEvent } from "../core/correlation_event.ts";
import type { CorrelationSetup } from "../core/correlation_setup.ts";
import type { AnalystHealth } from "../core/messages.ts";
import type { Reputation } from "../core/ports.ts";
import { type DigestBatch, unpackDigest } from "../core/request_digest.ts";
import { parseAddress } from "../lib/ip.ts";
import { TokenBucket } from "../lib/token_bucket.ts";
import { UlidGenerator } from "../lib/ulid.ts";
import { Behaviour } from "../shield/behaviour.ts";
import { REPUTATION_POINTS } from "../shield/reputation_points.ts";
import { Correlator } from "../waf/correlation/correlator.ts";

/** Events that are written down, a second and at once; further ones still block, and are counted. */
const EVENTS_PER_SECOND = 20;
const EVENTS_BURST = 200;
/** [SECURITY] How a client goes through a site may slow it and have it asked, and never by itself shut it out. */
const WORST_BY_BEHAVIOUR = -5;

/** What one batch led to. */
export interface Findings {
  readonly events: readonly CorrelationEvent[];
  readonly wishes: readonly BanWish[];
}

/**
 * Sees the requests of all gateways together (spec 02, Correlation). It decides when it is told of a request: what it
 * finds holds from the client's next one on.
 */
export class Analyst {
  readonly #clock: Clock;
  readonly #correlator: Correlator;
  readonly #reputation: Reputation;
  readonly #behaviour = new Behaviour();
  #scoresBehaviour = false;
  readonly #eventRows = new TokenBucket(EVENTS_PER_SECOND, EVENTS_BURST);
  #blockSeconds = 0;
  #requests = 0;
  #lost = 0;
  #events = 0;
  #unwritten = 0;

  constructor(clock: Clock, reputation: Reputation) {
    this.#clock = clock;
    this.#reputation = reputation;
    const ids = new UlidGenerator();
    this.#correlator = new Correlator({ newId: (at) => ids.next(at) });
  }

  /** Throws AegisError where a rule does not compile; the old ones stay in force. */
  setUp(setup: CorrelationSetup, scoresBehaviour: boolean): void {
    this.#scoresBehaviour = scoresBehaviour;
    if (!scoresBehaviour) this.#behaviour.clear();
    this.#correlator.setUp(setup);
    this.#blockSeconds = setup.blockSeconds;
  }

  receive(batch: DigestBatch): Findings {
    const events: CorrelationEvent[] = [];
    const wishes: BanWish[] = [];
    this.#lost += batch.lost;
    this.#requests += batch.texts.length;
    for (let i = 0; i < batch.texts.length; i++) {
      const digest = unpackDigest(batch, i);
      if (this.#scoresBehaviour && !digest.marked) this.#behaviour.note(digest.client, digest);
      for (const event of this.#correlator.receive(digest)) {
        this.#events++;
        if (event.action === "blocked") this.#blame(event);
        for (const client of event.action === "blocked" ? event.clients : []) {
          wishes.push(this.#wish(client, event));
        }
        if (this.#eventRows.take(this.#clock.monotonic())) events.push(event);
        else this.#unwritten++;
      }
    }
    return { events, wishes };
  }

  /** Once a second: forgets what is too old. */
  tick(): void {
    const now = this.#clock.now();
    this.#correlator.expire(now);
    for (const { client } of this.#behaviour.judge(now)) {
      const words = parseAddress(client);
      if (words === null || this.#reputation.of(words) <= WORST_BY_BEHAVIOUR) continue;
      this.#reputation.add(words, REPUTATION_POINTS.behaviour, "behaviour");
    }
  }

  health(): AnalystHealth {
    const { clients, bytes } = this.#correlator.rings;
    return {
      kind: "health",
      requests: this.#requests,
      lost: this.#lost,
      events: this.#events,
      unwritten: this.#unwritten,
      clients,
      bytes,
    };
  }

  #blame({ clients }: CorrelationEvent): void {
    for (const client of clients) {
      const words = parseAddress(client);
      if (words !== null) this.#reputation.add(words, REPUTATION_POINTS.correlation, "correlation");
    }
  }

  #wish(client: string, { hostId, ruleName, id }: CorrelationEvent): BanWish {
    const reason = `${ruleName} (event ${id})`;
    return { client, hostId, seconds: this.#blockSeconds, reason, origin: "correlation" };
  }
}
