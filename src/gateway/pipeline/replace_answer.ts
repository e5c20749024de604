import type { HeaderList } from "../../core/header_list.ts";
import { PreparedAnswer } from "../../core/prepared_answer.ts";
import { statusPhrase } from "../../lib/http_status.ts";
import type { ErrorLook } from "../response/error_look.ts";
import type { Flow } from "./flow.ts";

/** What describes the body that is replaced, and the id, which comes with the page; the rest of the head stays (Retry-After, Set-Cookie). */
const OF_BODY = [
  "accept-ranges",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-location",
  "content-range",
  "content-security-policy",
  "content-type",
  "etag",
  "last-modified",
  "vary",
  "x-request-id",
];

/** Says the application's own failure as the host's page does. What still comes of the answer is not wanted. */
export function replaceAnswer(flow: Flow, status: number, headers: HeaderList, look: ErrorLook): void {
  const { exchange, services } = flow;
  flow.settled = true;
  flow.body.stop();
  flow.call?.abort();
  for (const name of OF_BODY) headers.delete(name);
  headers.appendSafe("content-type", "text/html; charset=utf-8");
  headers.set("cache-control", "no-store");
  headers.append("content-security-policy", look.policy(status));
  exchange.status = status;
  const text = statusPhrase(status).toLowerCase();
  const page = services.refusalAnswers.pages.get(exchange, null, status, text, look);
  exchange.response.sendPrepared(new PreparedAnswer(status, headers, page), [exchange.id]);
}
