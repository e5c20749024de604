import type { ResponseWriter } from "./exchange.ts";
import { type AnswerParts, bodyLength, type PreparedAnswer, writeBody } from "./prepared_answer.ts";

/** Sends it by the calls that every answer is sent by. */
export function sendPrepared(response: ResponseWriter, answer: PreparedAnswer, parts: AnswerParts): void {
  const headers = answer.headers.clone();
  headers.appendSafe("x-request-id", parts[0]);
  const body = new Uint8Array(bodyLength(answer.body, parts));
  writeBody(answer.body, parts, body);
  response.send(answer.status, headers, body);
}
