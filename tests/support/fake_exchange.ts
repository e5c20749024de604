import { type BodySink, type BodySource, BytesBody } from "../../src/core/body.ts";
import { Exchange, type RequestHead, type ResponseWriter, type Tunnel } from "../../src/core/exchange.ts";
import { HeaderList } from "../../src/core/header_list.ts";
import type { AnswerParts, PreparedAnswer } from "../../src/core/prepared_answer.ts";
import { sendPrepared } from "../../src/core/send_prepared.ts";

/** An answer kept in memory: what a codec would have put on the wire. */
export class RecordedResponse implements ResponseWriter {
  status = 0;
  headers = new HeaderList();
  body = "";
  aborted: string | null = null;
  closes = false;
  started = false;
  bodyBytes = 0;
  onDrain: (() => void) | null = null;
  onAbort: ((detail: string) => void) | null = null;
  onDone: (() => void) | null = null;

  informational(): void {}
  head(status: number, headers: HeaderList): void {
    this.started = true;
    this.status = status;
    this.headers = headers;
  }
  write(chunk: Uint8Array): boolean {
    this.body += new TextDecoder().decode(chunk);
    this.bodyBytes += chunk.length;
    return true;
  }
  end(): void {
    this.onDone?.();
  }
  send(status: number, headers: HeaderList, body: Uint8Array | null): void {
    this.head(status, headers);
    if (body !== null) this.write(body);
    this.end();
  }
  sendPrepared(answer: PreparedAnswer, parts: AnswerParts): void {
    sendPrepared(this, answer, parts);
  }
  abort(detail: string): void {
    this.aborted = detail;
    this.onDone?.();
  }
  tunnel(): Tunnel {
    throw new Error("this exchange takes no upgrade");
  }
  closeAfter(): void {
    this.closes = true;
  }
}

export interface FakeExchangeParts extends Partial<Omit<RequestHead, "headers">> {
  readonly headers?: readonly (readonly [string, string])[];
  readonly peerAddress?: string;
  readonly body?: Uint8Array;
  /** The body comes in pieces of so many bytes; at once where absent. */
  readonly pieceBytes?: number;
  readonly protocol?: Exchange["protocol"];
  readonly response?: ResponseWriter;
}

/** A body that a client sends bit by bit. */
class PiecesBody implements BodySource {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #pieceBytes: number;
  #sink: BodySink | null = null;
  #at = 0;
  #paused = false;

  constructor(bytes: Uint8Array, pieceBytes: number) {
    this.#bytes = bytes;
    this.#pieceBytes = pieceBytes;
    this.length = bytes.length;
  }

  start(sink: BodySink): void {
    this.#sink = sink;
    this.#flow();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#flow();
  }

  #flow(): void {
    while (!this.#paused && this.#at < this.length) {
      const piece = this.#bytes.slice(this.#at, this.#at + this.#pieceBytes);
      this.#at += piece.length;
      this.#sink!.data(piece);
    }
    if (this.#paused || this.#at < this.length || this.#at === Infinity) return;
    this.#at = Infinity;
    this.#sink!.end(null);
  }
}

/** An exchange as a codec would make it, without a socket. */
export function fakeExchange(parts: FakeExchangeParts = {}): Exchange {
  const authority = parts.authority ?? "a.test";
  const body = parts.body ?? new Uint8Array();
  const headers = HeaderList.from(parts.headers ?? [["host", authority]]);
  if (body.length > 0 && !headers.has("content-length")) {
    headers.append("content-length", String(body.length));
  }
  return new Exchange({
    protocol: parts.protocol ?? "HTTP/1.1",
    connection: {
      listener: "http",
      peerAddress: parts.peerAddress ?? "192.0.2.1",
      peerPort: 40_000,
      localPort: 80,
      tls: null,
    },
    request: {
      method: parts.method ?? "GET",
      scheme: parts.scheme ?? "http",
      authority,
      rawPath: parts.rawPath ?? "/",
      rawQuery: parts.rawQuery ?? null,
      headers,
      upgrade: parts.upgrade ?? null,
    },
    body: parts.pieceBytes === undefined ? new BytesBody(body) : new PiecesBody(body, parts.pieceBytes),
    response: parts.response ?? new RecordedResponse(),
    id: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    receivedAt: 1_700_000_000_000,
    startedAt: 0,
  });
}
