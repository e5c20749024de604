import { createHash } from "node:crypto";
import type { Database } from "./database.ts";

/** One change somebody made. `before` and `after` are plain data without secrets; null where there was nothing. */
export interface AuditEntry {
  readonly at: number;
  readonly actorKind: "person" | "local" | "system";
  readonly actorId: string;
  readonly actorName: string;
  readonly address: string;
  /** Name of the operation, e.g. `hosts.create`. */
  readonly operation: string;
  /** What was changed, as a person names it: a domain, a user's name, a rule id. */
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface StoredAuditEntry extends AuditEntry {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** SHA-256, hex, over the entry and the hash before it. */
  readonly hash: string;
}

export interface AuditFilter {
  /** Part of operation, subject, actor or address. */
  readonly q?: string;
  /** Only entries below this `seq`. */
  readonly before?: number;
  readonly limit: number;
}

/** A host's WAF mode went from one to another. */
export interface ModeChange {
  readonly at: number;
  readonly actorKind: AuditEntry["actorKind"];
  readonly hostId: string;
  readonly from: string;
  readonly to: string;
}

export type AuditVerification =
  | { readonly ok: true; readonly entries: number }
  /** `seq`: the first entry that does not fit the chain. */
  | { readonly ok: false; readonly entries: number; readonly seq: number; readonly text: string };

interface Row extends Omit<StoredAuditEntry, "before" | "after"> {
  readonly before: string | null;
  readonly after: string | null;
}

const COLUMNS =
  `seq, at, actor_kind AS actorKind, actor_id AS actorId, actor_name AS actorName, address, operation,
  subject, before, after, hash`;
const VERIFY_BATCH = 1_000;

/** Append-only list of changes, chained by hashes so that a change to the file shows. */
export class AuditTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  append(entry: AuditEntry): StoredAuditEntry {
    return this.#db.transaction(() => {
      const last = this.#db.get<{ seq: number; hash: string }>(
        "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
      );
      const row = {
        ...entry,
        seq: (last?.seq ?? 0) + 1,
        before: toJson(entry.before),
        after: toJson(entry.after),
      };
      const hash = chainHash(last?.hash ?? "", row);
      this.#db.run(
        `INSERT INTO audit (seq, at, actor_kind, actor_id, actor_name, address, operation, subject, before, after, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        row.seq,
        row.at,
        row.actorKind,
        row.actorId,
        row.actorName,
        row.address,
        row.operation,
        row.subject,
        row.before,
        row.after,
        hash,
      );
      return { ...entry, seq: row.seq, hash };
    });
  }

  /** Newest first. */
  list(filter: AuditFilter): StoredAuditEntry[] {
    const q = filter.q ?? "";
    return this.#db.all<Row>(
      `SELECT ${COLUMNS} FROM audit
       WHERE seq < ?1 AND (?2 = '' OR instr(lower(operation || ' ' || subject || ' ' || actor_name || ' ' || address), ?2) > 0)
       ORDER BY seq DESC LIMIT ?3`,
      filter.before ?? Number.MAX_SAFE_INTEGER,
      q.toLowerCase(),
      filter.limit,
    ).map(toEntry);
  }

  /** Newest first. Hosts that others than Aegis's store declare (file, labels) leave no trace here. */
  modeChanges(since: number): ModeChange[] {
    return this.#db.all<ModeChange>(
      `SELECT at, actor_kind AS actorKind, json_extract(after, '$.id') AS hostId,
         json_extract(before, '$.waf.mode') AS "from", json_extract(after, '$.waf.mode') AS "to"
       FROM audit WHERE at >= ? AND operation = 'hosts.update'
         AND json_extract(before, '$.waf.mode') <> json_extract(after, '$.waf.mode')
       ORDER BY seq DESC`,
      since,
    );
  }

  /** Reads the whole chain and compares every hash. */
  verify(): AuditVerification {
    let previous = "";
    let entries = 0;
    for (;;) {
      const rows = this.#db.all<Row>(
        `SELECT ${COLUMNS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ${VERIFY_BATCH}`,
        entries,
      );
      for (const row of rows) {
        if (row.seq !== entries + 1) {
          return { ok: false, entries, seq: entries + 1, text: `entry ${entries + 1} is missing` };
        }
        if (row.hash !== chainHash(previous, row)) {
          return {
            ok: false,
            entries,
            seq: row.seq,
            text: `entry ${row.seq} was changed after it was written`,
          };
        }
        previous = row.hash;
        entries++;
      }
      if (rows.length < VERIFY_BATCH) return { ok: true, entries };
    }
  }
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** A JSON array keeps fields apart whatever they hold, so no two entries give the same bytes. */
function chainHash(previous: string, row: Omit<Row, "hash">): string {
  const text = JSON.stringify([
    previous,
    row.seq,
    row.at,
    row.actorKind,
    row.actorId,
    row.actorName,
    row.address,
    row.operation,
    row.subject,
    row.before,
    row.after,
  ]);
  return createHash("sha256").update(text).digest("hex");
}

function toEntry(row: Row): StoredAuditEntry {
  return {
    ...row,
    before: row.before === null ? null : JSON.parse(row.before) as unknown,
    after: row.after === null ? null : JSON.parse(row.after) as unknown,
  };
}
