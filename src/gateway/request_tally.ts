import type { RequestTally } from "../core/messages.ts";
import { bucketOf, LATENCY_BUCKETS } from "../lib/log_histogram.ts";

const MINUTE_MS = 60_000;
/** Clients that one host's tally tells apart before it is handed over; the rest count under the empty client. */
const MOST_CLIENTS = 1_000;

/** What a request without a row of its own leaves behind. */
export interface Tallied {
  readonly hostId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly client: string;
  /** Absent: not known. */
  readonly country?: string | undefined;
  readonly status: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly latencyMs: number;
  /** Negative where no target answered. */
  readonly upstreamMs: number;
}

class Sums {
  requests = 0;
  clientErrors = 0;
  serverErrors = 0;
  requestBytes = 0;
  responseBytes = 0;
  readonly total = new Uint32Array(LATENCY_BUCKETS);
  readonly added = new Uint32Array(LATENCY_BUCKETS);
  readonly clients = new Map<string, number>();
  readonly countries = new Map<string, number>();
}

/** Sums of allowed requests by host and minute, so that the roll-ups stay exact while their rows are sampled. */
export class TallyBook {
  readonly #sums = new Map<string, { hostId: string; minute: number; sums: Sums }>();
  #last: { hostId: string; minute: number; sums: Sums } | null = null;

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  add(request: Tallied): void {
    const minute = request.at - request.at % MINUTE_MS;
    const sums = this.#of(request.hostId, minute);
    sums.requests++;
    if (request.status >= 500) sums.serverErrors++;
    else if (request.status >= 400) sums.clientErrors++;
    sums.requestBytes += request.requestBytes;
    sums.responseBytes += request.responseBytes;
    sums.total[bucketOf(request.latencyMs)]!++;
    sums.added[bucketOf(request.latencyMs - Math.max(0, request.upstreamMs))]!++;
    const country = request.country ?? "";
    sums.countries.set(country, (sums.countries.get(country) ?? 0) + 1);
    const known = sums.clients.get(request.client);
    if (known !== undefined) sums.clients.set(request.client, known + 1);
    else if (sums.clients.size < MOST_CLIENTS) sums.clients.set(request.client, 1);
    else sums.clients.set("", (sums.clients.get("") ?? 0) + 1);
  }

  /** All sums so far as plain data; the book is empty afterwards. */
  take(): RequestTally[] {
    const taken = [...this.#sums.values()].map(({ hostId, minute, sums }): RequestTally => ({
      hostId,
      minute,
      requests: sums.requests,
      clientErrors: sums.clientErrors,
      serverErrors: sums.serverErrors,
      requestBytes: sums.requestBytes,
      responseBytes: sums.responseBytes,
      total: pairs(sums.total),
      added: pairs(sums.added),
      clients: [...sums.clients],
      countries: [...sums.countries],
    }));
    this.#sums.clear();
    this.#last = null;
    return taken;
  }

  #of(hostId: string, minute: number): Sums {
    const last = this.#last;
    if (last !== null && last.minute === minute && last.hostId === hostId) return last.sums;
    const key = `${minute} ${hostId}`;
    let entry = this.#sums.get(key);
    if (entry === undefined) {
      entry = { hostId, minute, sums: new Sums() };
      this.#sums.set(key, entry);
    }
    this.#last = entry;
    return entry.sums;
  }
}

function pairs(counts: Uint32Array): [number, number][] {
  const found: [number, number][] = [];
  counts.forEach((n, bucket) => {
    if (n > 0) found.push([bucket, n]);
  });
  return found;
}
