import type { LastingRefusal } from "../../core/lasting_refusal.ts";
import type { AnswerParts, PreparedAnswer } from "../../core/prepared_answer.ts";
import type { Ban } from "../../core/snapshot.ts";
import type { GzipTemplate } from "../../lib/gzip_template.ts";
import type { AddressWords } from "../../lib/ip.ts";
import type { Refused } from "../repeat_book.ts";
import { isOften } from "../response/frequent_answers.ts";
import type { GatewayServices } from "../services.ts";
import type { Flow } from "./flow.ts";

const SECOND_MS = 1_000;

/** The ban, or the list, that keeps an address out: of the host first, then of everywhere. */
export function banOf(words: AddressWords, hostId: string, services: GatewayServices): Ban | null {
  const { bans, clock, snapshot } = services;
  const ofHost = snapshot.hostBans.size === 0 ? undefined : snapshot.hostBans.get(hostId);
  return ofHost?.find(words, clock) ?? bans.find(words, snapshot);
}

/**
 * A ban that goes on to meet a connection's requests while they repeat the one that it refused. What the stages before it
 * said comes from the request and the snapshot, so they are not asked again: whether the snapshot is in force and the ban
 * holds is, and each request is counted. It ends with the second in which it was made, as its answer, which bears the date,
 * does; so does what those stages had from a clock.
 *
 * Only of a trusted proxy's connection: of any other, each answer is drawn from the ten of a minute.
 */
export class LastingBan implements LastingRefusal {
  readonly answer: PreparedAnswer;
  readonly #template: GzipTemplate | null;
  readonly #ban: Ban;
  readonly #words: AddressWords;
  readonly #alarmSlot: number;
  readonly #services: GatewayServices;
  readonly #second: number;
  /** What is counted of each. */
  readonly #counted: Refused & { at: number; responseBytes: number };

  private constructor(flow: Flow, ban: Ban, answer: PreparedAnswer, template: GzipTemplate | null) {
    const { exchange, services } = flow;
    const { client, hostId, reason, action, status, findings, receivedAt } = exchange;
    this.answer = answer;
    this.#template = template;
    this.#ban = ban;
    this.#words = flow.clientWords!;
    this.#alarmSlot = flow.host!.alarmSlot;
    this.#services = services;
    this.#second = Math.floor(receivedAt / SECOND_MS);
    this.#counted = {
      client,
      hostId,
      reason,
      action,
      status,
      findings,
      at: receivedAt,
      requestBytes: 0,
      responseBytes: 0,
      latencyMs: 0,
    };
  }

  /** Null where it is not worth it: `answer`, the one to `flow`'s request, was not given often. */
  static of(flow: Flow, ban: Ban, answer: PreparedAnswer): LastingBan | null {
    if (!isOften(answer)) return null;
    const { exchange, services } = flow;
    const zipped = services.refusalAnswers.frequent.zippedFor(exchange.request, answer, [exchange.id]);
    return new LastingBan(flow, ban, zipped?.answer ?? answer, zipped?.template ?? null);
  }

  partsFor(id: string): AnswerParts {
    return this.#template === null ? [id] : [id, this.#template.checksum([id])];
  }

  takes(at: number, bodyBytes: number): boolean {
    const services = this.#services;
    const counted = this.#counted;
    if (Math.floor(at / SECOND_MS) !== this.#second || !services.isInForce()) return false;
    if (banOf(this.#words, counted.hostId, services) !== this.#ban || !services.refusalPace.mayGo()) {
      return false;
    }
    counted.at = at;
    counted.responseBytes = bodyBytes;
    // The first of a batch are logged whole.
    if (!services.log.repeats(counted)) return false;
    services.count(counted);
    services.alarm.enter();
    services.alarm.arrived(this.#alarmSlot);
    services.alarm.leave();
    services.bans.hits.answered(this.#ban.id);
    return true;
  }
}
