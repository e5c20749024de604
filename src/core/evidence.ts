/**
 * Whole requests that rules refused, kept for replay (spec 04, Request log). They are in memory only on their way to
 * control, which seals them; nothing else of Aegis writes them anywhere.
 */

/** Host field `evidence`: for how many hours they are kept. */
export type EvidenceHours = "off" | number;

/** Longest that a host may ask for: as the request log itself. */
export const MOST_EVIDENCE_HOURS = 720;
/** Bytes of one body that are kept; what is longer is kept by its beginning. */
export const EVIDENCE_BODY_BYTES = 256 * 1024;

/** One request as it came. Texts are byte strings (one char a byte), as in `RequestHead`. */
export interface Evidence {
  readonly requestId: string;
  readonly hostId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly client: string;
  readonly protocol: string;
  readonly method: string;
  readonly rawPath: string;
  /** Without `?`; null where there was none. */
  readonly rawQuery: string | null;
  readonly headers: readonly (readonly [string, string])[];
  /** What of it is kept; empty where there was none. */
  readonly body: Uint8Array;
  /** `end`: only its beginning is kept. `all`: it was refused, or streamed on, before it was read as a whole. */
  readonly bodyLacks: "nothing" | "end" | "all";
  /** Fields behind the body. */
  readonly trailers: readonly (readonly [string, string])[];
  /** What rules could ask of the client beyond its request (waf/signs.ts), by kind; only what was known. */
  readonly signs: Readonly<Record<string, string>>;
}
