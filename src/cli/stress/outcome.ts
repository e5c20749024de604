import { isFailure, isReason, type Reason, REASONS } from "../../core/reason.ts";
import type { Reply } from "./line.ts";

/** What became of one request. */
export interface Outcome {
  readonly kind: "passed" | "refused" | "failed";
  /** Who decided, by what the client was told: reasons of the closed list, `application`, or what happened to it. */
  readonly by: string;
  /** Null where no answer came. */
  readonly status: number | null;
}

/** Reasons by what they tell a client: some tell the same, so that nobody learns which of them it was. */
const REASONS_BY_TEXT: ReadonlyMap<string, readonly Reason[]> = Map.groupBy(
  Object.keys(REASONS).filter(isReason).filter((reason) => REASONS[reason].publicText !== ""),
  (reason) => REASONS[reason].publicText,
);

/** Reads a reply as a client can: by its status and by the public text of the reason, which stands in page and JSON. */
export function outcomeOf(reply: Reply): Outcome {
  if (reply === "closed") return { kind: "refused", by: "closed without an answer", status: null };
  if (reply === "late") return { kind: "failed", by: "no answer in time", status: null };
  if (reply === "garbled") return { kind: "failed", by: "an answer that is no HTTP", status: null };
  const { status, text } = reply;
  if (status === REASONS.host_unknown.status) return { kind: "failed", by: "host_unknown", status };
  const reasons = status < 400 ? [] : reasonsIn(text);
  if (reasons.length === 0) {
    // Its own errors are the application's business, but one that cannot answer is no measure.
    return { kind: status >= 500 ? "failed" : "passed", by: "application", status };
  }
  return { kind: reasons.every(isFailure) ? "failed" : "refused", by: reasons.join(" or "), status };
}

function reasonsIn(text: string): readonly Reason[] {
  // Its page tells no public text.
  if (text.includes('data-ticket="')) return ["challenge"];
  for (const [publicText, reasons] of REASONS_BY_TEXT) {
    if (text.includes(`"${publicText}"`) || text.includes(`, ${publicText}`)) return reasons;
  }
  return [];
}
