import { HeaderList } from "../../core/header_list.ts";
import { type Reason, REASONS } from "../../core/reason.ts";

/** What a client gets whose request never became an exchange, whatever its protocol. */
export interface RefusalMessage {
  readonly status: number;
  readonly headers: HeaderList;
  /** ASCII. */
  readonly body: string;
}

/** The fixed answer to a refusal; `reason` has a status. */
export function refusalMessage(reason: Reason, requestId: string, dateText: string): RefusalMessage {
  const { status, publicText } = REASONS[reason];
  const body = JSON.stringify({ error: publicText, request_id: requestId });
  const headers = new HeaderList();
  headers.appendSafe("server", "aegis");
  headers.appendSafe("date", dateText);
  headers.appendSafe("content-type", "application/json");
  headers.appendSafe("content-length", String(body.length));
  headers.appendSafe("x-request-id", requestId);
  headers.appendSafe("cache-control", "no-store");
  return { status, headers, body };
}
