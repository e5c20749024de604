import type { Clock } from "../core/clock.ts";
import { AegisError, errorText } from "../core/errors.ts";
import type { Notice } from "../core/notice.ts";
import type { Logger } from "../core/ports.ts";
import type { Message } from "../notify/message.ts";
import { Outbox, type OutboxDelivery } from "../notify/outbox.ts";
import { DeliveryFailure } from "../notify/failure.ts";
import type { StoredChannel } from "../store/channels.ts";
import type { Store } from "../store/store.ts";
import { newId } from "./ids.ts";
import { channelOf, environmentWebhook } from "./notifications/channels.ts";
import type { Sender } from "./notifications/sender.ts";

export interface NoticesParts {
  readonly store: Pick<Store, "channels" | "deliveries">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sender: Sender;
  /** The webhook of the environment; null: none. */
  declared(): string | null;
  /** What this Aegis is called in messages. */
  instance(): string;
  /** The first domain of a host; undefined: it is gone. */
  hostName(id: string): string | undefined;
}

/** What people are told without looking: into the log always, and by mail and webhooks as they have set it up. */
export class Notices {
  readonly #parts: NoticesParts;
  #outbox: Outbox | null = null;

  constructor(parts: NoticesParts) {
    this.#parts = parts;
  }

  /** Sends from now on, what was left of the last time first; until then it is only kept. */
  start(): void {
    this.#outbox ??= this.#makeOutbox(true);
    this.#outbox.wake();
  }

  stop(): void {
    this.#outbox?.close();
  }

  /** Of the database, and the one of the environment. */
  channels(): readonly StoredChannel[] {
    const { store, declared } = this.#parts;
    const url = declared();
    return url === null ? store.channels.list() : [...store.channels.list(), environmentWebhook(url)];
  }

  /** Never throws and never waits. */
  notify(told: Notice): void {
    const { logger, hostName } = this.#parts;
    const name = told.host === undefined ? undefined : hostName(told.host);
    const notice = name === undefined ? told : { ...told, hostName: name };
    const { kind, host, subject, text } = notice;
    logger.info("notice", { kind, subject, text, ...(host === undefined ? {} : { host }) });
    try {
      (this.#outbox ?? this.#makeOutbox(false)).add(notice);
    } catch (thrown) {
      logger.error("a notice cannot be written down", { kind, error: errorText(thrown) });
    }
  }

  /** Once for `what`, however often it is said: a certificate that ends in a week does so for a week. */
  notifyOnce(what: string, notice: Notice): void {
    try {
      if (this.#parts.store.deliveries.tellOnce(what, notice.at)) this.notify(notice);
    } catch (thrown) {
      this.#parts.logger.error("a notice cannot be written down", { error: errorText(thrown) });
    }
  }

  /** Looks at what waits, after something was put there by hand. */
  wake(): void {
    this.#outbox?.wake();
  }

  /** Sends a test by one channel, at once. */
  async test(channelId: string, to?: string): Promise<{ ok: boolean; text: string }> {
    const { clock, sender } = this.#parts;
    const stored = this.channels().find(({ id }) => id === channelId);
    if (stored === undefined) throw new AegisError("not_found", "there is no such profile or webhook");
    const notice: Notice = {
      kind: "rule_set_update",
      subject: "Test message",
      text: "This is a test. Alerts will come like this.",
      at: clock.now(),
    };
    const message = { ...this.#message("test", [notice], 0), isTest: true };
    try {
      await sender.send(channelOf(stored), message, to === undefined ? undefined : [to]);
      return { ok: true, text: `${stored.name} took the test message` };
    } catch (thrown) {
      if (thrown instanceof DeliveryFailure) return { ok: false, text: thrown.message };
      throw thrown;
    }
  }

  #makeOutbox(sends: boolean): Outbox {
    const { store, clock, logger } = this.#parts;
    return new Outbox({
      store: store.deliveries,
      clock,
      logger,
      sends,
      newId: () => newId("delivery"),
      channels: () => this.channels().map(channelOf),
      send: (delivery) => this.#send(delivery),
    });
  }

  async #send(delivery: OutboxDelivery): Promise<void> {
    const stored = this.channels().find(({ id }) => id === delivery.channelId);
    if (stored === undefined) throw new DeliveryFailure("the profile or webhook is gone", true);
    const message = this.#message(delivery.id, delivery.notices, delivery.more);
    await this.#parts.sender.send(channelOf(stored), message);
  }

  #message(id: string, notices: readonly Notice[], more: number): Message {
    return { id, notices, more, instance: this.#parts.instance() };
  }
}
