import { AegisError } from "../../core/errors.ts";
import { parseCidr } from "../../lib/ip.ts";
import { NetworkListBuilder } from "../../lib/network_list.ts";
import { isBannable, MOST_ENTRIES, type ParsedList } from "./list_parser.ts";

/** What a decision says; the other fields are for people (CrowdSec's API, `GetDecisionsResponseItem`). */
interface Decision {
  readonly scope?: unknown;
  readonly type?: unknown;
  readonly value?: unknown;
  readonly duration?: unknown;
  readonly origin?: unknown;
}

/**
 * The decisions of a CrowdSec Local API, as a bouncer keeps them: all of them first (`startup=true`), then what is new
 * and what has ended. Only bans of addresses and ranges; a decision ends by itself too, should the server be gone.
 */
export class CrowdSecDecisions {
  /** By network as the server writes it: when it ends, monotonic milliseconds. */
  readonly #endsAt = new Map<string, number>();
  /** False: the next answer must be all decisions. */
  isStarted = false;

  /** `ownOrigin`: decisions of this origin are bans of this Aegis, which hold as its own table says. */
  constructor(private readonly ownOrigin: string) {}

  /** Below the server's address. */
  get path(): string {
    return `/v1/decisions/stream?startup=${!this.isStarted}`;
  }

  /** Takes an answer of the stream. Throws `invalid_input` where it is none; nothing has changed then. */
  apply(text: string, nowMs: number): void {
    const all = read(text);
    const [added, ended] = [all.added, all.ended].map((some) =>
      some.filter(({ origin }) => origin !== this.ownOrigin)
    ) as [Decision[], Decision[]];
    if (!this.isStarted) this.#endsAt.clear();
    this.isStarted = true;
    for (const decision of ended) this.#endsAt.delete(networkOf(decision));
    for (const decision of added) {
      if (this.#endsAt.size >= MOST_ENTRIES) {
        throw new AegisError("invalid_input", `there are more than ${MOST_ENTRIES} decisions`);
      }
      this.#endsAt.set(networkOf(decision), nowMs + durationMs(decision.duration));
    }
  }

  /** What holds now. */
  networks(nowMs: number): ParsedList {
    const builder = new NetworkListBuilder();
    let leftOut = 0;
    for (const [network, endsAt] of this.#endsAt) {
      if (endsAt <= nowMs) {
        this.#endsAt.delete(network);
        continue;
      }
      const cidr = parseCidr(network);
      if (cidr !== null && isBannable(cidr)) builder.add(cidr);
      else leftOut++;
    }
    return { networks: builder.build(), leftOut };
  }
}

function read(text: string): { added: Decision[]; ended: Decision[] } {
  let answer: { new?: unknown; deleted?: unknown } | null;
  try {
    answer = JSON.parse(text);
  } catch (thrown) {
    throw new AegisError("invalid_input", "the answer is no JSON: is this a CrowdSec Local API?", {
      cause: thrown,
    });
  }
  const parts = [answer?.new, answer?.deleted].map((part) => part ?? []);
  if (typeof answer !== "object" || !parts.every(Array.isArray)) {
    throw new AegisError("invalid_input", "the answer has no decisions: is this a CrowdSec Local API?");
  }
  const [added, ended] = parts.map((part) => (part as Decision[]).filter(isOfAddress));
  return { added: added!, ended: ended! };
}

/** Countries, names of users and captchas are other people's. */
function isOfAddress({ scope, type, value }: Decision): boolean {
  const where = String(scope).toLowerCase();
  return typeof value === "string" && String(type).toLowerCase() === "ban" &&
    (where === "ip" || where === "range");
}

function networkOf({ value }: Decision): string {
  return value as string;
}

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  "µs": 0.001,
  ns: 1e-6,
};

/** Go's text of a duration, `3h59m50.5s`; 0 where it is none or has passed. */
function durationMs(text: unknown): number {
  if (typeof text !== "string" || !/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return 0;
  let ms = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    ms += Number(number) * UNITS[unit!]!;
  }
  return ms;
}
