import type { Reason } from "../../../core/reason.ts";
import { statusPhrase } from "../../../lib/http_status.ts";
import { refusalMessage } from "../refusal_message.ts";
import { serialiseFields } from "./fields.ts";

/**
 * The whole answer to a request that never became an exchange, as a byte string. It ends the connection. `reason` has
 * a status.
 */
export function refusalAnswer(reason: Reason, requestId: string, dateText: string): string {
  const { status, headers, body } = refusalMessage(reason, requestId, dateText);
  return `HTTP/1.1 ${status} ${statusPhrase(status)}\r\n${
    serialiseFields(headers)
  }connection: close\r\n\r\n${body}`;
}
