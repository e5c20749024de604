import { Buffer } from "node:buffer";
import {
  type AnswerParts,
  bodyLength,
  type PreparedAnswer,
  writeBody,
} from "../../../core/prepared_answer.ts";
import type { Holes } from "../../../lib/holes.ts";
import { CONNECTION_FIELDS } from "../connection_fields.ts";
import type { Output } from "../output.ts";
import { serialiseFields } from "./fields.ts";
import { statusLine } from "./status_line.ts";

const END_OF_HEAD = "\r\n\r\n";

/**
 * A prepared answer as the bytes of HTTP/1.1 on a connection that goes on: one message of fixed length, with holes where
 * the parts of each answer belong.
 */
export class PreparedBytes {
  readonly bodyBytes: number;
  readonly #message: Buffer;
  readonly #holes: Holes;
  readonly #dateText: string;
  /** What the holes have room for. */
  readonly #lengths: readonly number[];

  private constructor(answer: PreparedAnswer, fields: string, dateText: string, parts: AnswerParts) {
    const { status, headers, body: { pieces, places } } = answer;
    const date = headers.has("date") ? "" : `date: ${dateText}\r\n`;
    this.bodyBytes = bodyLength(answer.body, parts);
    const head = `${statusLine(status)}${fields}${date}content-length: ${this.bodyBytes}\r\nx-request-id: ${
      parts[0]
    }${END_OF_HEAD}`;
    this.#message = Buffer.alloc(head.length + this.bodyBytes);
    this.#message.write(head, "latin1");
    writeBody(answer.body, parts, this.#message, head.length);
    const starts = [head.length - END_OF_HEAD.length - parts[0].length];
    let at = head.length;
    places.forEach((place, i) => {
      at += pieces[i]!.length;
      starts.push(at);
      at += parts[place]!.length;
    });
    this.#holes = { starts, texts: [0, ...places] };
    this.#dateText = dateText;
    this.#lengths = parts.map((part) => part.length);
  }

  /** Made once a second and answer; null where a field cannot be written, or the status has no body. */
  static of(answer: PreparedAnswer, dateText: string, parts: AnswerParts): PreparedBytes | null {
    const known = answer.derived;
    if (known instanceof PreparedBytes && known.#dateText === dateText && known.#fits(parts)) return known;
    const { status, headers } = answer;
    const fields = serialiseFields(headers, CONNECTION_FIELDS);
    if (fields === null || status < 200 || status > 599 || status === 204 || status === 304) return null;
    const made = new PreparedBytes(answer, fields, dateText, parts);
    answer.derived = made;
    return made;
  }

  write(output: Output, parts: AnswerParts): void {
    output.filled(this.#message, this.#holes, parts);
    output.flushSoon();
  }

  #fits(parts: AnswerParts): boolean {
    const lengths = this.#lengths;
    for (let i = 0; i < lengths.length; i++) if (parts[i]!.length !== lengths[i]) return false;
    return true;
  }
}
