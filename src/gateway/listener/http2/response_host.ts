import type { BodySource } from "../../../core/body.ts";
import type { HeaderList } from "../../../core/header_list.ts";

/** What a response knows of its stream. */
export interface AnsweredStream {
  readonly isHead: boolean;
  /** Protocol of an Extended CONNECT; null: the request is none. */
  readonly upgrade: string | null;
  /** What the client sends. */
  readonly body: BodySource;
  /** A `100 Continue` is due. */
  continueDue: boolean;
  /** An Extended CONNECT was answered: DATA goes both ways. */
  isTunnel: boolean;
}

/** What a response asks of its connection, which knows its stream as a `Stream`. */
export interface ResponseHost<Stream> {
  /** Value for the Date field of an answer that has none. */
  readonly dateText: string;
  /** `length`, `date`: fields behind the others, empty for none. */
  sendHead(
    stream: Stream,
    status: number,
    fields: HeaderList,
    endStream: boolean,
    length?: string,
    date?: string,
  ): void;
  /** Sends or keeps a copy; false where something waits. */
  sendData(stream: Stream, chunk: Uint8Array, endStream: boolean): boolean;
  /** END_STREAM, behind all that waits. */
  sendEnd(stream: Stream, trailers: HeaderList | null): void;
  /** False: wait for `onDrain`. */
  mayWrite(stream: Stream): boolean;
  /** The pipeline gives up: the stream ends as an error. */
  responseAborted(stream: Stream, detail: string): void;
  /** What the pipeline wanted to say cannot be said; a fixed answer goes out instead. */
  responseUnsafe(stream: Stream, detail: string): void;
  /** No further streams after this one. */
  closeAfter(): void;
  /** END_STREAM went with the head. */
  streamSent(stream: Stream): void;
  /** Our side of a tunnel is given up. */
  tunnelDestroyed(stream: Stream): void;
}
