import type { Clock } from "../core/clock.ts";
import { errorText } from "../core/errors.ts";
import type { Notice, NoticeKind } from "../core/notice.ts";
import type { Logger } from "../core/ports.ts";
import { DeliveryFailure } from "./failure.ts";

/** A delivery as the outbox works on it; the store keeps it. Times in milliseconds since 1970. */
export interface OutboxDelivery {
  readonly id: string;
  readonly at: number;
  readonly channelId: string;
  readonly channelName: string;
  readonly state: "waiting" | "sent" | "dead";
  readonly notices: readonly Notice[];
  readonly more: number;
  readonly attempts: number;
  readonly nextAt: number;
  readonly doneAt: number | null;
  readonly error: string;
}

export interface OutboxChannel {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly kinds: readonly NoticeKind[];
}

export interface OutboxStore {
  waiting(limit: number): readonly OutboxDelivery[];
  untried(channelId: string): OutboxDelivery | null;
  tried(channelId: string, from: number): { readonly lastAt: number | null; readonly count: number };
  put(delivery: OutboxDelivery): void;
}

export interface OutboxParts {
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False: what is added is only kept, for the process that sends. */
  readonly sends: boolean;
  newId(): string;
  channels(): readonly OutboxChannel[];
  /** Sends it by its channel; rejects with DeliveryFailure. */
  send(delivery: OutboxDelivery): Promise<void>;
}

/** A notice waits so long for others of the same moment. */
const GATHER_MS = 2_000;
/** Between two messages of one channel; what comes meanwhile is one message. */
const DIGEST_MS = 60_000;
const MOST_AN_HOUR = 30;
const HOUR_MS = 3_600_000;
/** Notices that a message carries whole; further ones are counted. */
const MOST_NOTICES = 50;
/** Longest lines of one notice, so that rows stay small. */
const MOST_SUBJECT = 200;
const MOST_TEXT = 4_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 1_800_000;
/** About two hours in all. */
const MOST_ATTEMPTS = 10;
const MOST_AT_ONCE = 4;
const MOST_WAITING = 200;

/**
 * What is to be told and was not yet. It lies in the database, so a restart loses nothing; storms become few messages; a
 * failed one is tried again, ever more rarely, and ends where it can be seen. One channel's trouble delays no other's.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  /** Channels that something is being sent by. */
  readonly #busy = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Puts it into the box of every channel that tells such things. Throws what the store throws. */
  add(notice: Notice): void {
    const now = this.#parts.clock.now();
    const short = {
      ...notice,
      subject: notice.subject.slice(0, MOST_SUBJECT),
      text: notice.text.slice(0, MOST_TEXT),
    };
    for (const channel of this.#parts.channels()) {
      if (channel.enabled && channel.kinds.includes(notice.kind)) this.#put(channel, short, now);
    }
    this.wake();
  }

  /** Looks at what is due, now or when the first is. */
  wake(): void {
    if (this.#closed || !this.#parts.sends) return;
    clearTimeout(this.#timer);
    const next = this.#parts.store.waiting(MOST_WAITING).find(({ channelId }) => !this.#busy.has(channelId));
    if (next === undefined || this.#busy.size >= MOST_AT_ONCE) return;
    const wait = Math.min(Math.max(0, next.nextAt - this.#parts.clock.now()), HOUR_MS);
    this.#timer = setTimeout(() => this.#work(), wait);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #put(channel: OutboxChannel, notice: Notice, now: number): void {
    const { store } = this.#parts;
    const open = this.#busy.has(channel.id) ? null : store.untried(channel.id);
    if (open !== null) {
      const full = open.notices.length >= MOST_NOTICES;
      store.put(full ? { ...open, more: open.more + 1 } : { ...open, notices: [...open.notices, notice] });
      return;
    }
    const { lastAt, count } = store.tried(channel.id, now - HOUR_MS);
    const calm = lastAt === null ? now + GATHER_MS : Math.max(now + GATHER_MS, lastAt + DIGEST_MS);
    store.put({
      id: this.#parts.newId(),
      at: now,
      channelId: channel.id,
      channelName: channel.name,
      state: "waiting",
      notices: [notice],
      more: 0,
      attempts: 0,
      nextAt: count < MOST_AN_HOUR ? calm : Math.max(calm, now + HOUR_MS / 2),
      doneAt: null,
      error: "",
    });
  }

  #work(): void {
    const now = this.#parts.clock.now();
    for (const delivery of this.#parts.store.waiting(MOST_WAITING)) {
      if (delivery.nextAt > now || this.#busy.size >= MOST_AT_ONCE) break;
      if (this.#busy.has(delivery.channelId)) continue;
      this.#busy.add(delivery.channelId);
      void this.#deliver(delivery);
    }
    this.wake();
  }

  async #deliver(delivery: OutboxDelivery): Promise<void> {
    const { clock, logger, store } = this.#parts;
    let failure: DeliveryFailure | null = null;
    try {
      await this.#parts.send(delivery);
    } catch (thrown) {
      failure = thrown instanceof DeliveryFailure ? thrown : new DeliveryFailure("it failed");
      if (failure !== thrown) logger.error("a notification failed", { error: errorText(thrown) });
    }
    this.#busy.delete(delivery.channelId);
    if (this.#closed) return;
    // Its channel was removed meanwhile, and its messages with it.
    if (!this.#parts.channels().some(({ id }) => id === delivery.channelId)) return this.wake();
    try {
      store.put(settled(delivery, failure, clock.now()));
    } catch (thrown) {
      logger.error("a delivery cannot be written down", { error: errorText(thrown) });
    }
    if (failure !== null) {
      const fields = {
        channel: delivery.channelName,
        attempt: delivery.attempts + 1,
        error: failure.message,
      };
      logger.warn("a notification was not delivered", fields);
    }
    this.wake();
  }
}

/** The delivery after an attempt that ended at `now`. */
export function settled(
  delivery: OutboxDelivery,
  failure: DeliveryFailure | null,
  now: number,
): OutboxDelivery {
  const attempts = delivery.attempts + 1;
  if (failure === null) return { ...delivery, attempts, state: "sent", doneAt: now, error: "" };
  const error = failure.message.slice(0, 500);
  if (failure.permanent || attempts >= MOST_ATTEMPTS) {
    return { ...delivery, attempts, state: "dead", doneAt: now, error };
  }
  const pause = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
  return { ...delivery, attempts, error, nextAt: now + Math.max(pause, failure.retryAfterMs ?? 0) };
}
