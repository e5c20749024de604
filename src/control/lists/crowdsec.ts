import { AegisError } from "../../core/errors.ts";
import { parseCidr } from "../../lib/ip.ts";
import { NetworkListBuilder } from "../../lib/network_list.ts";
import { isBannable, MOST_ENTRIES, type ParsedList } from "./list_parser.ts";

/** What a decision says; the other fields are for people (CrowdSec's API, `GetDecisionsResponseItem`). */
interface Decision {
  readonly id?: unknown;
  readonly scope?: unknown;
  readonly type?: unknown;
  readonly value?: unknown;
  readonly duration?: unknown;
  readonly scenario?: unknown;
}

/** A decision that is about an address or a range. */
type AddressDecision = Decision & { readonly id: number; readonly value: string };

interface Held {
  readonly network: string;
  /** Monotonic milliseconds. */
  readonly endsAt: number;
}

/**
 * The decisions of a CrowdSec Local API, as a bouncer keeps them: all of them first (`startup=true`), then what is new
 * and what has ended. Only bans of addresses and ranges; a decision ends by itself too, should the server be gone.
 */
export class CrowdSecDecisions {
  /**
   * By the server's number: several decisions may speak of one network, and the network is free when the last has ended.
   * So the server is asked for each of them (`dedup=false`): else it names the longest only, and does not name the next
   * one where that is deleted.
   */
  readonly #held = new Map<number, Held>();
  /** False: the next answer must be all decisions. */
  isStarted = false;

  /** `isOwn`: tells by its scenario that a decision is a ban of this Aegis, which holds as its own table says. */
  constructor(private readonly isOwn: (scenario: string) => boolean) {}

  /** Below the server's address. */
  get path(): string {
    return `/v1/decisions/stream?startup=${!this.isStarted}&dedup=false`;
  }

  /** Takes an answer of the stream. Throws `invalid_input` where it is none; nothing has changed then. */
  apply(text: string, nowMs: number): void {
    const all = read(text);
    const [added, ended] = [all.added, all.ended].map((some) =>
      some.filter(({ scenario }) => !this.isOwn(String(scenario)))
    ) as [AddressDecision[], AddressDecision[]];
    if (!this.isStarted) this.#held.clear();
    this.isStarted = true;
    for (const { id } of ended) this.#held.delete(id);
    for (const { id, value, duration } of added) {
      if (this.#held.size >= MOST_ENTRIES) {
        throw new AegisError("invalid_input", `there are more than ${MOST_ENTRIES} decisions`);
      }
      this.#held.set(id, { network: value, endsAt: nowMs + durationMs(duration) });
    }
  }

  /** What holds now. */
  networks(nowMs: number): ParsedList {
    const networks = new Set<string>();
    for (const [id, { network, endsAt }] of this.#held) {
      if (endsAt <= nowMs) this.#held.delete(id);
      else networks.add(network);
    }
    const builder = new NetworkListBuilder();
    let leftOut = 0;
    for (const network of networks) {
      const cidr = parseCidr(network);
      if (cidr !== null && isBannable(cidr)) builder.add(cidr);
      else leftOut++;
    }
    return { networks: builder.build(), leftOut };
  }
}

function read(text: string): { added: AddressDecision[]; ended: AddressDecision[] } {
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
function isOfAddress(decision: Decision): decision is AddressDecision {
  const { id, scope, type, value } = decision;
  const where = String(scope).toLowerCase();
  return typeof id === "number" && typeof value === "string" && String(type).toLowerCase() === "ban" &&
    (where === "ip" || where === "range");
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
