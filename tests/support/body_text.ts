import {
  type AnswerParts,
  bodyLength,
  type PreparedBody,
  writeBody,
} from "../../src/core/prepared_answer.ts";

/** A prepared body as its reader has it. */
export function bodyText(body: PreparedBody, parts: AnswerParts): string {
  const bytes = new Uint8Array(bodyLength(body, parts));
  writeBody(body, parts, bytes);
  return new TextDecoder().decode(bytes);
}
