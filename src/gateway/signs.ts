import { headerFingerprint } from "../shield/bots/header_fingerprint.ts";
import type { SignKind } from "../waf/signs.ts";
import type { ProgramSigns } from "../core/program_signs.ts";
import type { Place } from "../core/place.ts";
import { botMarksOf, botScoreOf, type JudgedRequest } from "./bot_score.ts";

/** What the signs of a request's client are found out from. */
export interface SignedRequest extends JudgedRequest {
  /** null: not known. */
  readonly place: Place | null;
}

/** What rules may ask of a client; see `ClientSigns`. */
export function signOf(request: SignedRequest, kind: SignKind): string {
  switch (kind) {
    case "country":
      return request.place?.country ?? "";
    case "asn":
      return String(request.place?.asn ?? "");
    case "fingerprint":
      return fingerprintOf(request);
    case "bot-score":
      return String(botScoreOf(request));
    case "ja4":
      return request.exchange.connection.ja4 ?? "";
  }
}

/** Of the header fields, in their order where no proxy may have changed it. */
function fingerprintOf({ exchange }: Pick<SignedRequest, "exchange">): string {
  return headerFingerprint(exchange.request.headers, !exchange.viaProxy);
}

/** How a client begins HTTP/2 has a few dozen parts at most; the rest is its own invention. */
const LONGEST_HTTP2 = 512;

/** For the record. */
export function programSigns(request: JudgedRequest): ProgramSigns {
  const { fingerprint, connection } = request.exchange;
  return {
    botMarks: botMarksOf(request),
    fingerprint: fingerprintOf(request),
    http2: fingerprint.slice(0, LONGEST_HTTP2),
    ja4: connection.ja4 ?? "",
  };
}
