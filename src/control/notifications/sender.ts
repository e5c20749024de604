import type { Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import type { Transport } from "../../core/ports.ts";
import { Dialer } from "../../gateway/upstream/dialer.ts";
import { type Lookup, Resolver } from "../../gateway/upstream/resolver.ts";
import { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { parseAddress } from "../../lib/ip.ts";
import type { Channel } from "../../notify/channel.ts";
import { DeliveryFailure } from "../../notify/failure.ts";
import { sendMail, tlsFault } from "../../notify/mail.ts";
import { type Message, subjectOf, textOf } from "../../notify/message.ts";
import { sendWebhook } from "../../notify/webhook.ts";

export interface SenderParts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly lookup: Lookup;
  /** `upstreams.allow_private`, which holds for every URL that an operator gives. */
  allowPrivate(): boolean;
}

/** The ways out of this machine, each by the rule for targets. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #resolver: Resolver;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#resolver = new Resolver(parts.clock, parts.lookup);
  }

  /** Rejects with DeliveryFailure. `to`: instead of the profile's recipients. */
  async send(channel: Channel, message: Message, to?: readonly string[]): Promise<void> {
    const { transport, clock } = this.#parts;
    if (channel.type === "webhook") return await sendWebhook(transport, channel, message, clock.now());
    const recipients = to ?? channel.recipients;
    if (recipients.length === 0) throw new DeliveryFailure("the profile names no recipients", true);
    const mail = { to: recipients, subject: subjectOf(message), text: textOf(message) };
    await sendMail(channel, mail, (host, port, tls, timeoutMs) => this.#dial(host, port, tls, timeoutMs));
  }

  #dial(host: string, port: number, tls: boolean, connectMs: number): Promise<Socket> {
    // One for each mail: mails are rare, and a sweep's timer must not outlive its work.
    const dialer = new Dialer(this.#resolver, new DeadlineSweep(this.#parts.clock));
    dialer.allowPrivate = this.#parts.allowPrivate();
    const endpoint = { tls, host, port, isSocket: false, isAddress: parseAddress(host) !== null };
    return new Promise((resolve, reject) => {
      dialer.dial({ endpoint, verifyTls: true, tls: null, alpn: [], connectMs }, (socket, failure) => {
        if (socket !== null) return resolve(socket);
        const detail = failure?.detail ?? "no connection";
        const text = tlsFault(`${host}:${port}`, detail) ?? detail;
        reject(new DeliveryFailure(text, / is refused: /.test(detail)));
      });
    });
  }
}
