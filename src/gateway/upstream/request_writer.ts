import type { Socket } from "node:net";
import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { CHUNK_END, chunkStart, lastChunk } from "../listener/http1/chunked.ts";
import { serialiseFields } from "../listener/http1/fields.ts";
import { writeByteString, type WriteRoom } from "../../lib/write_room.ts";

export interface RequestWriterOwner {
  /** Bytes of the body moved, or the last of them was handed to the socket (`complete`). */
  requestProgressed(): void;
  /** The request cannot be finished. Called at most once. */
  requestBroke(detail: string): void;
}

/**
 * Writes one request: the head together with the first bytes of the body where they are there already, then the body
 * at the pace at which the target takes it.
 */
export class RequestWriter implements BodySink {
  /** All of the request was handed to the socket. */
  complete = false;
  /** A byte was handed to the socket, so it may have arrived. */
  started = false;
  /** The target takes the body more slowly than it comes. */
  blocked = false;
  readonly #socket: Socket;
  readonly #body: BodySource | null;
  readonly #owner: RequestWriterOwner;
  readonly #room: WriteRoom;
  #head: string;
  #sent = 0;
  #over = false;

  constructor(
    socket: Socket,
    head: string,
    body: BodySource | null,
    owner: RequestWriterOwner,
    room: WriteRoom,
  ) {
    this.#socket = socket;
    this.#head = head;
    this.#body = body !== null && body.length !== 0 ? body : null;
    this.#owner = owner;
    this.#room = room;
  }

  start(): void {
    if (this.#body === null) return this.#finish("");
    // Chunk head, data and last chunk that come at once leave in one segment.
    const isChunked = this.#body.length === null;
    if (isChunked) this.#socket.cork();
    this.#body.start(this);
    if (isChunked) {
      if (!this.#over) this.#flushHead();
      this.#socket.uncork();
    } else if (this.#head !== "") {
      // What the client has sent together with its head comes within this turn, and leaves together with ours.
      queueMicrotask(() => {
        if (!this.#over) this.#flushHead();
      });
    }
  }

  /** The target will not be told the rest: what still comes of the body is thrown away. */
  abandon(): void {
    if (this.#over) return;
    this.#over = true;
    // The listener reads the rest of the body (and bounds that), so that its client can read the answer.
    if (this.blocked) this.#body?.resume();
    this.blocked = false;
  }

  drained(): void {
    if (!this.blocked || this.#over) return;
    this.blocked = false;
    this.#owner.requestProgressed();
    this.#body?.resume();
  }

  data(chunk: Uint8Array): void {
    if (this.#over || chunk.length === 0) return;
    const length = this.#body!.length;
    this.#sent += chunk.length;
    // [SECURITY] A byte more than declared would be read as the next request (CWE-444).
    if (length !== null && this.#sent > length) return this.#break("the body is longer than declared");
    const before = this.#head + (length === null ? chunkStart(chunk.length) : "");
    const after = length === null ? CHUNK_END : "";
    this.#head = "";
    const total = before.length + chunk.length + after.length;
    // A copy, because the socket may still hold it when this call returns.
    const bytes = this.#room.take(total);
    writeByteString(bytes, 0, before);
    bytes.set(chunk, before.length);
    if (after !== "") writeByteString(bytes, before.length + chunk.length, after);
    this.started = true;
    if (!this.#room.send(this.#socket, bytes, total)) {
      this.blocked = true;
      this.#body!.pause();
    }
    this.#owner.requestProgressed();
  }

  end(trailers: HeaderList | null): void {
    if (this.#over) return;
    const length = this.#body!.length;
    if (length !== null) {
      if (this.#sent < length) return this.#break("the body is shorter than declared");
      return this.#finish("");
    }
    const fields = trailers === null ? "" : serialiseFields(trailers);
    if (fields === null) return this.#break("a trailer field cannot be written");
    this.#finish(lastChunk(fields));
  }

  fail(error: BodyFailure): void {
    if (!this.#over) this.#break(`request body: ${error.detail}`);
  }

  #flushHead(): void {
    if (this.#head === "") return;
    const head = this.#head;
    this.#head = "";
    this.started = true;
    const bytes = this.#room.take(head.length);
    this.#room.send(this.#socket, bytes, writeByteString(bytes, 0, head));
  }

  #finish(last: string): void {
    this.#over = true;
    this.blocked = false;
    this.complete = true;
    this.#head += last;
    this.#flushHead();
    this.#owner.requestProgressed();
  }

  #break(detail: string): void {
    this.#over = true;
    this.#owner.requestBroke(detail);
  }
}
