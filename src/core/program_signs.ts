/** By what the program of a client can be told apart, beside its user agent. */
export interface ProgramSigns {
  /** What spoke against a browser, as bits (`src/shield/bots/score.ts`). */
  readonly botMarks: number;
  /** Of the header fields: `o` or `s` and 16 hex digits. */
  readonly fingerprint: string;
  /** How its HTTP/2 began; empty for HTTP/1. */
  readonly http2: string;
  /** Of its ClientHello; empty where there was none. */
  readonly ja4: string;
}
