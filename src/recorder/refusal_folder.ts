import type { Finding } from "../core/finding.ts";
import { countRequests, type RequestRecord } from "../core/record.ts";
import { MOST_FINDINGS } from "../store/traffic_writer.ts";
import type { RefusalSample } from "../store/traffic_types.ts";
import { keepNewest } from "../lib/keep_newest.ts";

/** Refusals of one client, with one reason, on one host within this time share a row (spec 04, Request log). */
const FOLD_MS = 10_000;
/** Rows that can still take refusals; the oldest leaves, and its client gets another row. */
const MOST_WINDOWS = 20_000;
const MOST_SAMPLES = 3;
/** Ids beyond the row's own that find it; a flood has more than anybody will quote. */
const MOST_ALIASES = 100;

/** A row that still takes refusals, and what it took since it was last written. */
export interface FoldWindow {
  readonly key: number;
  readonly firstAt: number;
  lastAt: number;
  readonly samples: RefusalSample[];
  readonly ruleIds: Set<string>;
  /** Already in the database. */
  writtenFindings: number;
  writtenAliases: number;
  /** Not yet in the database. */
  count: number;
  aliases: string[];
  findings: { readonly requestId: string; readonly finding: Finding }[];
}

/**
 * Remembers which row each kind of refusal is counted in. The row itself is written with the first refusal, so a
 * crash loses nothing but the memory of it: the next refusal then begins another row.
 */
export class RefusalFolder {
  readonly #windows = new Map<string, FoldWindow>();
  readonly #changed = new Set<FoldWindow>();

  /** The row that counts this record, which it now does; null where it needs a row of its own. */
  fold(record: RequestRecord): FoldWindow | null {
    if (!isRefusal(record)) return null;
    const name = nameOf(record);
    const window = this.#windows.get(name);
    if (window === undefined) return null;
    // Threads deliver out of order by their batch time, so an earlier refusal may come later.
    if (Math.abs(record.at - window.firstAt) >= FOLD_MS) {
      this.#windows.delete(name);
      return null;
    }
    window.count += countRequests([record]);
    window.lastAt = Math.max(window.lastAt, record.repeats?.lastAt ?? record.at);
    if (window.writtenAliases + window.aliases.length < MOST_ALIASES) window.aliases.push(record.id);
    const sampled = window.samples.length < MOST_SAMPLES;
    if (sampled) window.samples.push(sampleOf(record));
    keepFindings(window, record, sampled);
    this.#changed.add(window);
    return window;
  }

  /** From now on the row `key`, written for this record, counts what comes like it. */
  open(record: RequestRecord, key: number): void {
    if (!isRefusal(record)) return;
    const { findings, repeats } = record;
    const window: FoldWindow = {
      key,
      firstAt: record.at,
      lastAt: repeats?.lastAt ?? record.at,
      samples: [sampleOf(record)],
      ruleIds: new Set(findings.map((finding) => finding.ruleId)),
      writtenFindings: Math.min(findings.length, MOST_FINDINGS),
      writtenAliases: 0,
      count: repeats?.requests ?? 0,
      aliases: [],
      findings: [],
    };
    this.#windows.set(nameOf(record), window);
    if (window.count > 0) this.#changed.add(window);
    keepNewest(this.#windows, MOST_WINDOWS);
  }

  /** Rows with refusals that are not written yet. */
  changed(): Iterable<FoldWindow> {
    return this.#changed;
  }

  /** All that changed is written. */
  settle(): void {
    for (const window of this.#changed) {
      window.writtenFindings += window.findings.length;
      window.writtenAliases += window.aliases.length;
      window.count = 0;
      window.aliases = [];
      window.findings = [];
    }
    this.#changed.clear();
  }

  /** What changed could not be written, and which rows exist is no longer sure: everything begins anew. */
  clear(): void {
    this.#windows.clear();
    this.#changed.clear();
  }

  /** Windows that are over at `now` (milliseconds since 1970) leave. */
  expire(now: number): void {
    for (const [name, window] of this.#windows) {
      if (now - window.firstAt >= 2 * FOLD_MS) this.#windows.delete(name);
    }
  }

  get size(): number {
    return this.#windows.size;
  }
}

function isRefusal(record: RequestRecord): boolean {
  return record.reason !== null && (record.action === "blocked" || record.action === "challenged");
}

function nameOf(record: RequestRecord): string {
  return `${record.client}\0${record.hostId}\0${record.reason}\0${record.action}`;
}

function sampleOf(record: RequestRecord): RefusalSample {
  const { id, at, method, target, status, detail, userAgent } = record;
  return { id, at, method, target, status, detail, userAgent };
}

/** A sample keeps all it showed; of the others a rule that the row does not name yet, so that its filter finds the row. */
function keepFindings(window: FoldWindow, record: RequestRecord, sampled: boolean): void {
  for (const finding of record.findings) {
    if (window.writtenFindings + window.findings.length >= MOST_FINDINGS) return;
    if (!sampled && window.ruleIds.has(finding.ruleId)) continue;
    window.ruleIds.add(finding.ruleId);
    window.findings.push({ requestId: record.id, finding });
  }
}
