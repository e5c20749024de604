import { ROLES } from "../../core/role.ts";
import type { RequestRecord } from "../../core/record.ts";
import { keepNewest } from "../../lib/keep_newest.ts";
import { maskAddress } from "../../lib/mask_address.ts";
import type { Actor, OperationOutput } from "../operation.ts";

export type LiveRow = OperationOutput<"traffic.query">["rows"][number];

/** What a watcher gets at most four times a second. */
export interface LiveBatch {
  /** Oldest first. */
  readonly rows: readonly LiveRow[];
  /** Requests that came meanwhile and are not among `rows`. */
  readonly more: number;
}

export interface LiveTailParts {
  /** Asks the recorder for rows, at most `perSecond`; 0 stops it. */
  watch(perSecond: number): void;
  ruleName(ruleId: string): string;
  /** Whether viewers see addresses masked. */
  mask(): boolean;
}

const EVERY_MS = 250;
const ROWS_PER_BATCH = 25;
const MAX_WATCHERS = 200;

/** Fans the recorder's rows out to whoever watches, four times a second at most. */
export class LiveTail {
  readonly #parts: LiveTailParts;
  readonly #watchers = new Map<(batch: LiveBatch) => void, Actor | null>();
  #pending: LiveRow[] = [];
  #more = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: LiveTailParts) {
    this.#parts = parts;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** `actor`: whose eyes it is for; without one, addresses are masked as for a viewer. Returns what ends it. */
  subscribe(listener: (batch: LiveBatch) => void, actor: Actor | null = null): () => void {
    // The oldest leaves first: a browser that lost its connection must not keep others out.
    keepNewest(this.#watchers, MAX_WATCHERS - 1);
    this.#watchers.set(listener, actor);
    if (this.#watchers.size === 1) this.#parts.watch(ROWS_PER_BATCH * 1_000 / EVERY_MS);
    return () => {
      if (!this.#watchers.delete(listener) || this.#watchers.size > 0) return;
      this.#parts.watch(0);
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#pending = [];
      this.#more = 0;
    };
  }

  /** Another recorder took over: it is told what is wanted. */
  resume(): void {
    if (this.#watchers.size > 0) this.#parts.watch(ROWS_PER_BATCH * 1_000 / EVERY_MS);
  }

  /** From the recorder. `more`: requests that it left out. */
  push(records: readonly RequestRecord[], more: number): void {
    if (this.#watchers.size === 0) return;
    this.#more += more;
    for (const record of records) {
      this.#pending.push(this.#row(record));
      if (this.#pending.length > ROWS_PER_BATCH) {
        this.#pending.shift();
        this.#more++;
      }
    }
    this.#timer ??= setTimeout(() => this.#flush(), EVERY_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const batch = { rows: this.#pending, more: this.#more };
    this.#pending = [];
    this.#more = 0;
    const masked = { ...batch, rows: batch.rows.map((row) => ({ ...row, client: maskAddress(row.client) })) };
    for (const [listener, actor] of this.#watchers) {
      listener(this.#parts.mask() && (actor === null || isViewer(actor)) ? masked : batch);
    }
  }

  #row(record: RequestRecord): LiveRow {
    const heaviestFirst = record.findings.toSorted((a, b) => b.points - a.points);
    const ids = [...new Set(heaviestFirst.map((finding) => finding.ruleId))];
    return {
      id: record.id,
      at: record.at,
      host_id: record.hostId,
      host: record.host,
      client: record.client,
      country: record.country ?? "",
      method: record.method,
      target: record.target,
      status: record.status,
      action: record.action,
      reason: record.reason,
      detail: record.detail,
      latency_ms: record.latencyMs,
      response_bytes: record.responseBytes,
      score: record.score,
      count: 1,
      rules: ids.map((id) => ({ id, name: this.#parts.ruleName(id) })),
    };
  }
}

function isViewer(actor: Actor): boolean {
  return ROLES.indexOf(actor.role) <= ROLES.indexOf("viewer");
}
