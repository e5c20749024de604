import { statusPhrase } from "../../../lib/http_status.ts";

const STATUS_LINES: readonly string[] = Array.from(
  { length: 600 },
  (_, status) => `HTTP/1.1 ${status} ${statusPhrase(status)}\r\n`,
);

/** `status` is below 600. */
export function statusLine(status: number): string {
  return STATUS_LINES[status]!;
}
