import { type Reason, REASONS } from "../../../core/reason.ts";
import { statusPhrase } from "../../../lib/http_status.ts";

/**
 * The whole answer to a request that never became an exchange, as a byte string. It ends the connection. `reason` has
 * a status.
 */
export function refusalAnswer(reason: Reason, requestId: string, dateText: string): string {
  const { status, publicText } = REASONS[reason];
  const body = JSON.stringify({ error: publicText, request_id: requestId });
  return `HTTP/1.1 ${status} ${statusPhrase(status)}\r\n` +
    "server: aegis\r\n" +
    `date: ${dateText}\r\n` +
    "content-type: application/json\r\n" +
    `content-length: ${body.length}\r\n` +
    `x-request-id: ${requestId}\r\n` +
    "cache-control: no-store\r\n" +
    "connection: close\r\n\r\n" +
    body;
}
