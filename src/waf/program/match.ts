import type { Span } from "../operators/matcher.ts";

/** A rule that matched a value. `span` is inside the output of the rule's chain. */
export interface Match {
  readonly rule: number;
  readonly span: Span;
}

/** No rule matched. The same array always, so that it can be compared. */
export const NO_MATCH: readonly Match[] = Object.freeze([]);
