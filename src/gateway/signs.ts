import { headerFingerprint } from "../shield/bots/header_fingerprint.ts";
import type { SignKind } from "../waf/signs.ts";
import type { ProgramSigns } from "../core/program_signs.ts";
import { botMarksOf, botScoreOf } from "./bot_score.ts";
import type { Flow } from "./pipeline/flow.ts";

/** What rules may ask of a client; see `ClientSigns`. */
export function signOf(flow: Flow, kind: SignKind): string {
  switch (kind) {
    case "country":
      return flow.place?.country ?? "";
    case "asn":
      return String(flow.place?.asn ?? "");
    case "fingerprint":
      return fingerprintOf(flow);
    case "bot-score":
      return String(botScoreOf(flow));
    case "ja4":
      return flow.exchange.connection.ja4 ?? "";
  }
}

/** Of the header fields, in their order where no proxy may have changed it. */
function fingerprintOf({ exchange }: Flow): string {
  return headerFingerprint(exchange.request.headers, !exchange.viaProxy);
}

/** How a client begins HTTP/2 has a few dozen parts at most; the rest is its own invention. */
const LONGEST_HTTP2 = 512;

/** For the record. */
export function programSigns(flow: Flow): ProgramSigns {
  const { fingerprint, connection } = flow.exchange;
  return {
    botMarks: botMarksOf(flow),
    fingerprint: fingerprintOf(flow),
    http2: fingerprint.slice(0, LONGEST_HTTP2),
    ja4: connection.ja4 ?? "",
  };
}
