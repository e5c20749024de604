import type { RefusalRepeats, RequestRecord } from "../core/record.ts";
import type { Finding } from "../core/finding.ts";
import { bucketOf } from "../lib/log_histogram.ts";

/** Records of one kind of refusal that a batch takes whole; further ones are counted in the first of them. */
const MOST_WHOLE = 10;

/** What a refusal is told from others by, and what is summed of it. */
export type Refused = Pick<
  RequestRecord,
  | "client"
  | "hostId"
  | "reason"
  | "action"
  | "status"
  | "findings"
  | "at"
  | "requestBytes"
  | "responseBytes"
  | "latencyMs"
>;

/** One kind of refusal in one batch. */
class Kind {
  readonly #first: Refused;
  /** Place in the batch of the record that counts the others. */
  readonly place: number;
  whole = 1;
  requests = 0;
  #lastAt = 0;
  #requestBytes = 0;
  #responseBytes = 0;
  readonly #latency = new Map<number, number>();

  constructor(first: Refused, place: number) {
    this.#first = first;
    this.place = place;
  }

  has(refused: Refused): boolean {
    const first = this.#first;
    return first.client === refused.client && first.reason === refused.reason &&
      first.hostId === refused.hostId && first.status === refused.status && first.action === refused.action &&
      areOfSameRules(first.findings, refused.findings);
  }

  add(refused: Refused): void {
    this.requests++;
    this.#lastAt = refused.at;
    this.#requestBytes += refused.requestBytes;
    this.#responseBytes += refused.responseBytes;
    const bucket = bucketOf(refused.latencyMs);
    this.#latency.set(bucket, (this.#latency.get(bucket) ?? 0) + 1);
  }

  sums(): RefusalRepeats {
    return {
      requests: this.requests,
      lastAt: this.#lastAt,
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      latency: [...this.#latency],
    };
  }
}

/**
 * Counts, within one batch, the refusals that repeat one which is in it already: a flood of them costs the log ten
 * records a batch. The recorder folds further, over ten seconds and all gateways.
 */
export class RepeatBook {
  readonly #kinds = new Map<string, Kind>();
  #last: Kind | null = null;

  /** Counts `refused` where the batch has enough records like it; false: it needs its own. */
  count(refused: Refused): boolean {
    const kind = this.#find(refused);
    if (kind === undefined || kind.whole < MOST_WHOLE) return false;
    kind.add(refused);
    return true;
  }

  /** The record at `place` of the batch; only of refusals that no target saw. */
  enter(record: RequestRecord, place: number): void {
    const kind = this.#find(record);
    if (kind === undefined) this.#kinds.set(nameOf(record), new Kind(record, place));
    else kind.whole++;
  }

  /** Writes the counts into the records of the batch, and begins the next one. */
  close(batch: RequestRecord[]): number {
    let repeats = 0;
    for (const kind of this.#kinds.values()) {
      if (kind.requests === 0) continue;
      repeats += kind.requests;
      batch[kind.place] = { ...batch[kind.place]!, repeats: kind.sums() };
    }
    this.#kinds.clear();
    this.#last = null;
    return repeats;
  }

  #find(refused: Refused): Kind | undefined {
    if (this.#last !== null && this.#last.has(refused)) return this.#last;
    const kind = this.#kinds.get(nameOf(refused));
    if (kind !== undefined) this.#last = kind;
    return kind;
  }
}

function nameOf(refused: Refused): string {
  const { client, hostId, reason, action, status, findings } = refused;
  const name = `${client}\0${hostId}\0${reason}\0${action}\0${status}`;
  return findings.reduce((whole, { ruleId }) => `${whole}\0${ruleId}`, name);
}

/** A refusal is only counted where a whole record names the same rules. */
function areOfSameRules(some: readonly Finding[], others: readonly Finding[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i]!.ruleId !== others[i]!.ruleId) return false;
  return true;
}
