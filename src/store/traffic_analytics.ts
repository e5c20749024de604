import { type HistogramBucket, quantileMs } from "../lib/log_histogram.ts";
import type { Database } from "./database.ts";
import { HOUR_MS, MINUTE_MS } from "./rollup_sums.ts";

/** Sums of one period or of a whole range. */
export interface TrafficSums {
  readonly allowed: number;
  readonly detected: number;
  readonly blocked: number;
  readonly challenged: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

export interface TimelinePoint extends TrafficSums {
  /** Start of the period, milliseconds since 1970. */
  readonly at: number;
}

export interface HostSums extends TrafficSums {
  readonly hostId: string;
}

/** `client` is empty in the row of all others. */
export interface ClientSums {
  readonly client: string;
  readonly requests: number;
  readonly detected: number;
  readonly blocked: number;
}

export interface RuleSums {
  readonly ruleId: string;
  readonly requests: number;
  readonly blocked: number;
}

/** `country` is empty where it is not known. */
export interface CountrySums {
  readonly country: string;
  readonly requests: number;
  readonly detected: number;
  readonly blocked: number;
}

/** Milliseconds since 1970; the start is taken back to the beginning of its minute (up to six hours) or hour. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Up to here minutes are summed; a longer range is summed by hours, so that 30 days read some hundred rows a host. */
const MINUTE_RANGE_MS = 6 * HOUR_MS;

const SUMS = `total(allowed) AS allowed, total(detected) AS detected, total(blocked) AS blocked,
  total(challenged) AS challenged, total(client_errors) AS clientErrors, total(server_errors) AS serverErrors,
  total(request_bytes) AS requestBytes, total(response_bytes) AS responseBytes`;

/** What dashboards show, read from the recorder's roll-ups only: its cost does not grow with the log. */
export class TrafficAnalytics {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  totals(range: TimeRange, hostId?: string): TrafficSums {
    const where = hostId === undefined
      ? ""
      : "AND host_ref = (SELECT ref FROM traffic_hosts WHERE host_id = ?)";
    return this.#db.get<TrafficSums>(
      `SELECT ${SUMS} FROM rollup_requests WHERE span = ? AND at >= ? AND at < ? ${where}`,
      ...bounds(range),
      ...(hostId === undefined ? [] : [hostId]),
    )!;
  }

  /** Points of `stepMs` (a multiple of a minute, from hours on of an hour), empty ones included, oldest first. */
  timeline(range: TimeRange, stepMs: number): TimelinePoint[] {
    const span = stepMs % HOUR_MS === 0 ? HOUR_MS : MINUTE_MS;
    const first = range.from - range.from % stepMs;
    const rows = this.#db.all<TimelinePoint>(
      `SELECT at - at % ? AS at, ${SUMS} FROM rollup_requests WHERE span = ? AND at >= ? AND at < ? GROUP BY 1`,
      stepMs,
      span,
      first,
      range.to,
    );
    const known = new Map(rows.map((row) => [row.at, row]));
    const points: TimelinePoint[] = [];
    for (let at = first; at < range.to; at += stepMs) points.push(known.get(at) ?? { ...NOTHING, at });
    return points;
  }

  /** Latency that `quantile` (0 to 1) of the requests stayed within, ms; null without requests. Off by up to 9 %. */
  latencyMs(range: TimeRange, metric: "total" | "added", quantile: number): number | null {
    const buckets = this.#db.all<HistogramBucket>(
      `SELECT bucket, sum(n) AS n FROM rollup_latency WHERE span = ? AND at >= ? AND at < ? AND metric = ?
       GROUP BY bucket ORDER BY bucket`,
      ...bounds(range),
      metric,
    );
    return quantileMs(buckets, quantile);
  }

  /** Hosts with traffic, busiest first. */
  hosts(range: TimeRange): HostSums[] {
    return this.#db.all<HostSums>(
      `SELECT h.host_id AS hostId, ${SUMS} FROM rollup_requests AS s JOIN traffic_hosts AS h ON h.ref = s.host_ref
       WHERE span = ? AND at >= ? AND at < ? GROUP BY s.host_ref
       ORDER BY total(allowed + detected + blocked + challenged) DESC`,
      ...bounds(range),
    );
  }

  /** The busiest clients; counts are a lower bound for those that were not among the top of every period. */
  topClients(range: TimeRange, limit: number): ClientSums[] {
    return this.#db.all<ClientSums>(
      `SELECT client, sum(requests) AS requests, sum(detected) AS detected, sum(blocked) AS blocked
       FROM rollup_clients WHERE span = ? AND at >= ? AND at < ? AND client <> ''
       GROUP BY client ORDER BY requests DESC, client LIMIT ?`,
      ...bounds(range),
      limit,
    );
  }

  /** Every country that requests came from, busiest first. */
  countries(range: TimeRange): CountrySums[] {
    return this.#db.all<CountrySums>(
      `SELECT country, sum(requests) AS requests, sum(detected) AS detected, sum(blocked) AS blocked
       FROM rollup_countries WHERE span = ? AND at >= ? AND at < ?
       GROUP BY country ORDER BY requests DESC, country`,
      ...bounds(range),
    );
  }

  /** Every rule that found something, most findings first. */
  rules(range: TimeRange): RuleSums[] {
    return this.#db.all<RuleSums>(
      `SELECT rule_id AS ruleId, sum(requests) AS requests, sum(blocked) AS blocked
       FROM rollup_rules WHERE span = ? AND at >= ? AND at < ? GROUP BY rule_id ORDER BY requests DESC, rule_id`,
      ...bounds(range),
    );
  }

  /** Refusals by reason, most first. */
  reasons(range: TimeRange): { reason: string; requests: number }[] {
    return this.#db.all<{ reason: string; requests: number }>(
      `SELECT reason, sum(requests) AS requests FROM rollup_reasons WHERE span = ? AND at >= ? AND at < ?
       GROUP BY reason ORDER BY requests DESC, reason`,
      ...bounds(range),
    );
  }
}

const NOTHING: TrafficSums = Object.freeze({
  allowed: 0,
  detected: 0,
  blocked: 0,
  challenged: 0,
  clientErrors: 0,
  serverErrors: 0,
  requestBytes: 0,
  responseBytes: 0,
});

function bounds(range: TimeRange): [number, number, number] {
  const span = range.to - range.from <= MINUTE_RANGE_MS ? MINUTE_MS : HOUR_MS;
  return [span, range.from - range.from % span, range.to];
}
