import { BOT_LINE } from "../../shield/bots/score.ts";
import { botScoreOf } from "../bot_score.ts";
import type { Flow } from "./flow.ts";

/**
 * True for a request that a browser was made to send by another site's page, without a click: an
 * image or a frame whose address is an attack. The rules refuse it like any other, but whoever only reads that page is neither
 * banned for it nor loses reputation (W3C Fetch Metadata: `Sec-Fetch-Site`, `Sec-Fetch-User`).
 *
 * [SECURITY] A program can send these fields too, and is refused each time all the same; one that does not look like a
 * browser in all else gains nothing by them.
 */
export function isByOtherSite(flow: Flow): boolean {
  const { headers } = flow.exchange.request;
  return headers.get("sec-fetch-site") === "cross-site" &&
    !headers.has("sec-fetch-user") && botScoreOf(flow) < BOT_LINE;
}
