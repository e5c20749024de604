import type { ExchangeAction } from "../core/exchange.ts";
import type { Finding } from "../core/finding.ts";
import type { ProgramSigns } from "../core/program_signs.ts";
import type { Reason } from "../core/reason.ts";
import type { RequestRecord } from "../core/record.ts";

/** What a row of the log must be. Absent keys let everything pass; all given ones must hold. */
export interface TrafficCriteria {
  readonly hostId?: string;
  /** Whole address. */
  readonly client?: string;
  readonly status?: number;
  /** First digit of the status: 4 for 400 to 499. */
  readonly statusClass?: number;
  readonly action?: ExchangeAction;
  /** Id of a rule that found something. */
  readonly ruleId?: string;
  readonly reason?: Reason;
  readonly method?: string;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string;
  readonly asn?: number;
  /** Part of path and query, user agent, asked host, detail or address, without regard to ASCII case; or a whole request id. */
  readonly text?: string;
}

export interface TrafficFilter extends TrafficCriteria {
  /** Rows that fit any one of these are left out. */
  readonly exclude?: TrafficCriteria;
  /** False: `text` does not look at addresses, for who sees them masked. Absent: it does. */
  readonly textSeesClients?: boolean;
  /** Milliseconds since 1970, inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
  /** `next` of the page before. */
  readonly before?: string;
  /** 1 to 500. */
  readonly limit: number;
}

/** One row of the list. `count` is above 1 where refusals were counted together. */
export interface TrafficRow {
  readonly id: string;
  readonly at: number;
  readonly lastAt: number;
  readonly count: number;
  readonly hostId: string;
  readonly host: string;
  readonly client: string;
  /** null: not known. */
  readonly country: string | null;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly action: ExchangeAction;
  readonly reason: Reason | null;
  readonly detail: string;
  readonly latencyMs: number;
  readonly responseBytes: number;
  readonly score: number;
  /** Ids of the rules that found something, without repetition. */
  readonly ruleIds: readonly string[];
}

export interface TrafficPage {
  /** Newest first. */
  readonly rows: readonly TrafficRow[];
  /** Give it as `before` for what follows; null: there is no more. May stand beside few or no rows (see `searchedTo`). */
  readonly next: string | null;
  /**
   * How far back (milliseconds since 1970) this page looked before it stopped at its budget; null where it found what
   * it wanted or reached the end.
   */
  readonly searchedTo: number | null;
}

/** One refusal among those that a row counts. */
export interface RefusalSample {
  readonly id: string;
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly detail: string;
  readonly userAgent: string;
}

/** `requestId`: null for the row's own request, else the id of the refusal that was counted into it. */
export interface StoredFinding extends Finding {
  readonly requestId: string | null;
}

/** Everything that is known of one row. */
export interface TrafficDetail
  extends Omit<RequestRecord, "findings" | "program" | "country" | "city" | "asn"> {
  /** null: not known. */
  readonly program: ProgramSigns | null;
  readonly country: string | null;
  readonly city: string | null;
  readonly asn: number | null;
  readonly lastAt: number;
  readonly count: number;
  readonly samples: readonly RefusalSample[];
  readonly findings: readonly StoredFinding[];
}
