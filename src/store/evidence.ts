import { AegisError } from "../core/errors.ts";
import type { Evidence } from "../core/evidence.ts";
import type { Database } from "./database.ts";
import type { Vault } from "./vault.ts";

/** What is kept of one host. */
export interface EvidenceSum {
  readonly hostId: string;
  readonly requests: number;
  readonly bytes: number;
}

/** Kept at once, however small they are: they are summed with each batch. */
const MOST_REQUESTS = 20_000;
/** Rows that leave in one step where there is no room. */
const STEP = 20;
const LENGTH_BYTES = 4;

/** Whole requests, sealed. Which may be there at all, and how long, is control's. */
export class EvidenceTable {
  readonly #db: Database;
  readonly #vault: Vault;

  constructor(db: Database, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /**
   * Keeps requests. Above `maxBytes` or `maxRequests` in all the oldest of the host that has most leave, so that attacks on one host do
   * not take the evidence of another.
   */
  put(requests: readonly Evidence[], maxBytes: number, maxRequests = MOST_REQUESTS): void {
    this.#db.transaction(() => {
      for (const each of requests) {
        const sealed = this.#vault.seal(pack(each), context(each.requestId));
        this.#db.run(
          "INSERT OR REPLACE INTO evidence (request_id, host_id, at, bytes, sealed) VALUES (?, ?, ?, ?, ?)",
          each.requestId,
          each.hostId,
          each.at,
          sealed.length,
          sealed,
        );
      }
      while (this.#makeRoom(maxBytes, maxRequests));
    });
  }

  /** Null where there is none. Throws `config_refused` where the vault's key does not fit. */
  get(requestId: string): Evidence | null {
    const sql = "SELECT sealed FROM evidence WHERE request_id = ?";
    const row = this.#db.get<{ sealed: Uint8Array }>(sql, requestId);
    return row === undefined ? null : unpack(this.#vault.open(row.sealed, context(requestId)));
  }

  /** Ids of requests that came since `from` (milliseconds since 1970); of one host where it is named. */
  ids(from: number, hostId: string | null): Set<string> {
    const sql = "SELECT request_id AS id FROM evidence WHERE at >= ? AND (? IS NULL OR host_id = ?)";
    return new Set(this.#db.all<{ id: string }>(sql, from, hostId, hostId).map(({ id }) => id));
  }

  /** Of each host that has any. */
  sums(): EvidenceSum[] {
    return this.#db.all<EvidenceSum>(
      "SELECT host_id AS hostId, count(*) AS requests, sum(bytes) AS bytes FROM evidence GROUP BY host_id",
    );
  }

  /** Deletes what of a host came before `at`; returns how many requests. */
  deleteBefore(hostId: string, at: number): number {
    return this.#db.run("DELETE FROM evidence WHERE host_id = ? AND at < ?", hostId, at);
  }

  /** False: there was still room. */
  #makeRoom(maxBytes: number, maxRequests: number): boolean {
    const sums = this.sums();
    const bytes = sums.reduce((sum, each) => sum + each.bytes, 0);
    const requests = sums.reduce((sum, each) => sum + each.requests, 0);
    if (bytes <= maxBytes && requests <= maxRequests) return false;
    const [largest] = sums.sort((a, b) => bytes > maxBytes ? b.bytes - a.bytes : b.requests - a.requests);
    return this.#db.run(
      "DELETE FROM evidence WHERE request_id IN (SELECT request_id FROM evidence WHERE host_id = ? ORDER BY at LIMIT ?)",
      largest!.hostId,
      STEP,
    ) > 0;
  }
}

function context(requestId: string): string {
  return `evidence/sealed/${requestId}`;
}

/** Length of the JSON (big endian), the JSON, then the body's bytes as they came. */
function pack({ body, ...head }: Evidence): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const packed = new Uint8Array(LENGTH_BYTES + json.length + body.length);
  new DataView(packed.buffer).setUint32(0, json.length);
  packed.set(json, LENGTH_BYTES);
  packed.set(body, LENGTH_BYTES + json.length);
  return packed;
}

function unpack(packed: Uint8Array): Evidence {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const end = packed.length < LENGTH_BYTES ? Infinity : LENGTH_BYTES + view.getUint32(0);
  if (end > packed.length) throw new AegisError("internal", "stored evidence is cut off");
  const head = JSON.parse(new TextDecoder().decode(packed.subarray(LENGTH_BYTES, end)));
  return { ...head as Omit<Evidence, "body">, body: packed.slice(end) };
}
