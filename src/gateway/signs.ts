import { headerFingerprint } from "../shield/bots/header_fingerprint.ts";
import type { SignKind } from "../waf/signs.ts";
import { botScoreOf } from "./bot_score.ts";
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
export function fingerprintOf({ exchange }: Flow): string {
  return headerFingerprint(exchange.request.headers, exchange.client === exchange.connection.peerAddress);
}
