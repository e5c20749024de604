import type { ResponseWriter } from "./exchange.ts";
import type { HeaderList } from "./header_list.ts";

/**
 * An answer that many requests get within a short time, alike but for the request's id. A flood of refusals is
 * answered from it: what it says is put together once.
 */
export class PreparedAnswer {
  readonly status: number;
  /** Without `x-request-id`. Nobody changes it any more. */
  readonly headers: HeaderList;
  /** The body: the id stands between each two of them. */
  readonly pieces: readonly Uint8Array[];
  /** What a codec has made of it and wants to find again; its class tells whose it is. */
  derived: object | null = null;

  constructor(status: number, headers: HeaderList, pieces: readonly Uint8Array[]) {
    this.status = status;
    this.headers = headers;
    this.pieces = pieces;
  }

  /** Bytes of the body with an id of `idLength` bytes. */
  bodyBytes(idLength: number): number {
    let bytes = idLength * (this.pieces.length - 1);
    for (const piece of this.pieces) bytes += piece.length;
    return bytes;
  }
}

const encoder = new TextEncoder();

/** Sends it by the calls that every answer is sent by. */
export function sendPrepared(response: ResponseWriter, answer: PreparedAnswer, id: string): void {
  const headers = answer.headers.clone();
  headers.appendSafe("x-request-id", id);
  response.head(answer.status, headers, answer.bodyBytes(id.length));
  const idBytes = encoder.encode(id);
  answer.pieces.forEach((piece, i) => {
    if (i > 0) response.write(idBytes);
    response.write(piece);
  });
  response.end(null);
}
