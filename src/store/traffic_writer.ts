import type { Finding } from "../core/finding.ts";
import type { RequestRecord } from "../core/record.ts";
import type { Change, Database } from "./database.ts";
import { firstKeyAt, KEYS_PER_MS } from "./traffic_key.ts";
import type { RefusalSample } from "./traffic_types.ts";

/** What later refusals add to the row that counts them. */
export interface FoldedRefusals {
  /** Added to the row's count. */
  readonly count: number;
  readonly lastAt: number;
  /** All samples of the row, the first among them. */
  readonly samples: readonly RefusalSample[];
  /** Ids that shall find the row from now on. */
  readonly aliases: readonly string[];
  readonly findings: readonly { readonly requestId: string; readonly finding: Finding }[];
}

/** Findings of one row; the engine stops long before. */
export const MOST_FINDINGS = 64;

const INSERT_REQUEST = `INSERT INTO requests (key, host_ref, status, action, reason, method, client, count)
  VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (key) DO NOTHING`;

const INSERT_DETAILS =
  `INSERT INTO request_details (key, id, host, target, protocol, scheme, detail, user_agent, request_bytes,
    response_bytes, latency_ms, upstream_ms, waf_ms, target_id, score, threshold, last_at, samples, program)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?) ON CONFLICT (id) DO NOTHING`;

/** Writes the request log; only the recorder holds one. Callers put a whole batch into one transaction. */
export class TrafficWriter {
  readonly #db: Database;
  readonly #requests: Change;
  readonly #details: Change;
  readonly #hostRefs = new Map<string, number>();
  #withinMs = 0;
  #last = { at: -1, key: -1 };

  constructor(db: Database) {
    this.#db = db;
    this.#requests = db.prepare(INSERT_REQUEST);
    this.#details = db.prepare(INSERT_DETAILS);
  }

  /** Adds one row and returns its key. A record that is already there (by id) is left as it is: null. */
  insert(record: RequestRecord): number | null {
    const hostRef = this.hostRef(record.hostId);
    const key = this.#insertRequest(record, hostRef);
    const inserted = this.#details.run(
      key,
      record.id,
      record.host,
      record.target,
      record.protocol,
      record.scheme,
      record.detail,
      record.userAgent,
      record.requestBytes,
      record.responseBytes,
      record.latencyMs,
      record.upstreamMs,
      record.wafMs,
      record.targetId,
      record.score,
      record.threshold,
      record.at,
      record.program === undefined ? null : JSON.stringify(record.program),
    );
    if (inserted === 0) {
      this.#db.run("DELETE FROM requests WHERE key = ?", key);
      return null;
    }
    this.#insertPlace(key, record);
    record.findings.slice(0, MOST_FINDINGS).forEach((finding, n) =>
      this.#insertFinding(key, n, null, finding)
    );
    return key;
  }

  /** Counts refusals into the row `key`, whose findings number `findings` so far. False: the row is gone. */
  fold(key: number, findings: number, folded: FoldedRefusals): boolean {
    if (this.#db.run("UPDATE requests SET count = count + ? WHERE key = ?", folded.count, key) === 0) {
      return false;
    }
    this.#db.run(
      "UPDATE request_details SET last_at = max(last_at, ?), samples = ? WHERE key = ?",
      folded.lastAt,
      JSON.stringify(folded.samples),
      key,
    );
    for (const id of folded.aliases) {
      this.#db.run("INSERT OR IGNORE INTO request_aliases (id, key) VALUES (?, ?)", id, key);
    }
    folded.findings.forEach((each, i) =>
      this.#insertFinding(key, findings + i, each.requestId, each.finding)
    );
    return true;
  }

  /** The small number that stands for a host id in the log. */
  hostRef(hostId: string): number {
    const known = this.#hostRefs.get(hostId);
    if (known !== undefined) return known;
    this.#db.run("INSERT OR IGNORE INTO traffic_hosts (host_id) VALUES (?)", hostId);
    const { ref } = this.#db.get<{ ref: number }>("SELECT ref FROM traffic_hosts WHERE host_id = ?", hostId)!;
    this.#hostRefs.set(hostId, ref);
    return ref;
  }

  /** After a transaction that was rolled back: what it made known is not there. */
  forget(): void {
    this.#hostRefs.clear();
  }

  /**
   * Takes the next free key of the record's millisecond; a full millisecond runs over into the next. Beginning
   * elsewhere each time keeps threads and restarts from trying the same keys again.
   */
  #insertRequest(record: RequestRecord, hostRef: number): number {
    this.#withinMs = (this.#withinMs + 1) % KEYS_PER_MS;
    const start = record.at === this.#last.at ? this.#last.key + 1 : firstKeyAt(record.at) + this.#withinMs;
    for (let key = start;; key++) {
      const inserted = this.#requests.run(
        key,
        hostRef,
        record.status,
        record.action,
        record.reason,
        record.method,
        record.client,
      );
      if (inserted === 0) continue;
      this.#last = { at: record.at, key };
      return key;
    }
  }

  #insertPlace(key: number, { country = "", city = "", asn }: RequestRecord): void {
    if (country === "" && asn === undefined) return;
    this.#db.run(
      "INSERT INTO request_places (key, country, city, asn) VALUES (?, ?, ?, ?)",
      key,
      country,
      city,
      asn ?? null,
    );
  }

  #insertFinding(key: number, n: number, requestId: string | null, finding: Finding): void {
    this.#db.run(
      `INSERT INTO findings (key, n, request_id, source, rule_id, rule_name, family, severity, action, points, phase,
         target, value, steps, span_start, span_end, learned)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key,
      n,
      requestId,
      finding.source,
      finding.ruleId,
      finding.ruleName,
      finding.family,
      finding.severity,
      finding.action,
      finding.points,
      finding.phase,
      finding.target,
      finding.value,
      JSON.stringify(finding.steps),
      finding.span[0],
      finding.span[1],
      finding.learned === undefined ? null : JSON.stringify(finding.learned),
    );
  }
}
