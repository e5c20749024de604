import { Buffer } from "node:buffer";
import type { PreparedAnswer } from "../../../core/prepared_answer.ts";
import { CONNECTION_FIELDS } from "../connection_fields.ts";
import type { Output } from "../output.ts";
import { serialiseFields } from "./fields.ts";
import { statusLine } from "./status_line.ts";

/** A prepared answer as the bytes of HTTP/1.1 on a connection that goes on: the id stands between each two pieces. */
export class PreparedBytes {
  readonly bodyBytes: number;
  readonly #pieces: readonly Buffer[];

  private constructor(pieces: readonly Buffer[], bodyBytes: number) {
    this.#pieces = pieces;
    this.bodyBytes = bodyBytes;
  }

  /** Made once an answer, with the date of then; null where a field cannot be written, or the status has no body. */
  static of(answer: PreparedAnswer, dateText: string, idLength: number): PreparedBytes | null {
    if (answer.derived instanceof PreparedBytes) return answer.derived;
    const { status, headers } = answer;
    const fields = serialiseFields(headers, CONNECTION_FIELDS);
    if (fields === null || status < 200 || status > 599 || status === 204 || status === 304) return null;
    const bodyBytes = answer.bodyBytes(idLength);
    const date = headers.has("date") ? "" : `date: ${dateText}\r\n`;
    const head = `${statusLine(status)}${fields}${date}content-length: ${bodyBytes}\r\nx-request-id: `;
    const [first, ...rest] = answer.pieces.map((piece) => Buffer.copyBytesFrom(piece));
    const pieces = [
      Buffer.from(head, "latin1"),
      Buffer.concat([Buffer.from("\r\n\r\n", "latin1"), first ?? Buffer.alloc(0)]),
      ...rest,
    ];
    const made = new PreparedBytes(pieces, bodyBytes);
    answer.derived = made;
    return made;
  }

  write(output: Output, id: string): void {
    const pieces = this.#pieces;
    for (let i = 0; i < pieces.length; i++) {
      if (i > 0) output.text(id);
      output.bytes(pieces[i]!);
    }
    output.flushSoon();
  }
}
