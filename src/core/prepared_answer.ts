import type { GzipTemplate } from "../lib/gzip_template.ts";
import { writeAscii } from "../lib/holes.ts";
import type { HeaderList } from "./header_list.ts";

/**
 * What differs from one answer to the next, in ASCII. The first is the request's id, which stands in the head too
 * (`x-request-id`).
 */
export type AnswerParts = readonly [id: string, ...others: string[]];

/** A body in which something of each answer's own stands between each two of its pieces. */
export interface PreparedBody {
  readonly pieces: readonly Uint8Array[];
  /** What stands behind piece i: its place in the answer's parts. One less than there are pieces. */
  readonly places: readonly number[];
}

const encoder = new TextEncoder();

/** `text` in which `marks[i]` stands wherever part i of an answer belongs. No mark begins as another does. */
export function prepareBody(text: string, marks: readonly string[]): PreparedBody {
  const pieces: Uint8Array[] = [];
  const places: number[] = [];
  let from = 0;
  for (;;) {
    const found = marks.map((mark) => text.indexOf(mark, from));
    const at = Math.min(...found.filter((each) => each >= 0), text.length);
    pieces.push(encoder.encode(text.slice(from, at)));
    if (at === text.length) return { pieces, places };
    const place = found.indexOf(at);
    places.push(place);
    from = at + marks[place]!.length;
  }
}

/**
 * An answer that many requests get within a short time, alike but for a few parts. A flood of refusals is answered from
 * it: what it says is put together once.
 */
export class PreparedAnswer {
  readonly status: number;
  /** Without `x-request-id`. Nobody changes it any more. */
  readonly headers: HeaderList;
  readonly body: PreparedBody;
  /** What a codec has made of it and wants to find again; its class tells whose it is. */
  derived: object | null = null;
  /** How often it was given; whoever gives it counts. */
  given = 0;
  /** The same, compressed; null where nobody has made it. */
  zipped: ZippedAnswer | null = null;

  constructor(status: number, headers: HeaderList, body: PreparedBody) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** A prepared answer whose body is that of another, compressed. Its last part is the template's checksum of the others. */
export interface ZippedAnswer {
  readonly answer: PreparedAnswer;
  readonly template: GzipTemplate;
}

/** Bytes of the body with these parts. */
export function bodyLength({ pieces, places }: PreparedBody, parts: AnswerParts): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  for (const place of places) bytes += parts[place]!.length;
  return bytes;
}

/** Writes the body with these parts into `target` from `at` on. */
export function writeBody(body: PreparedBody, parts: AnswerParts, target: Uint8Array, at = 0): void {
  const { pieces, places } = body;
  pieces.forEach((piece, i) => {
    target.set(piece, at);
    at += piece.length;
    const place = places[i];
    if (place === undefined) return;
    writeAscii(parts[place]!, target, at);
    at += parts[place]!.length;
  });
}
