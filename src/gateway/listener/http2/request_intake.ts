import { AegisError } from "../../../core/errors.ts";
import { BytesBody } from "../../../core/body.ts";
import { Exchange } from "../../../core/exchange.ts";
import type { HeaderList } from "../../../core/header_list.ts";
import { REASONS } from "../../../core/reason.ts";
import type { CodecContext } from "../codec.ts";
import type { ParseFailure } from "../http1/fields.ts";
import { BodyPace } from "../http1/pace.ts";
import { blame } from "../blame.ts";
import { tellRefused } from "../tell_refused.ts";
import type { ConnectionStreams } from "./connection_streams.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { type ConnectionFault, ErrorCode, fault } from "./frame.ts";
import { HpackDecoder } from "./hpack/decoder.ts";
import { EarlyPriorities, parsePriority } from "./priority.ts";
import { RequestFields } from "./request_fields.ts";
import { type HeadFailure, parseHead } from "./request_head.ts";
import { DECODER_TABLE_BYTES, MAX_CONCURRENT_STREAMS, type PeerSettings } from "./settings.ts";
import { Http2Stream } from "./stream.ts";

/** Turns header blocks into exchanges, trailers, or refusals (RFC 9113, 8.1). */
export class RequestIntake {
  /** Priorities that were told before their requests. */
  readonly early = new EarlyPriorities();
  /** New streams are not looked at any more. */
  isClosed = false;
  readonly #context: CodecContext;
  readonly #streams: ConnectionStreams;
  readonly #peer: PeerSettings;
  readonly #fingerprint: Fingerprint;
  readonly #decoder: HpackDecoder;
  readonly #fields = new RequestFields();

  constructor(
    context: CodecContext,
    streams: ConnectionStreams,
    peer: PeerSettings,
    fingerprint: Fingerprint,
  ) {
    const { settings } = context.state;
    this.#context = context;
    this.#streams = streams;
    this.#peer = peer;
    this.#fingerprint = fingerprint;
    this.#decoder = new HpackDecoder({
      maxTableSize: DECODER_TABLE_BYTES,
      maxListBytes: settings.max_header_bytes,
      maxFields: settings.max_header_fields,
    });
  }

  /** A whole header block. It is decoded whatever becomes of it, so that the tables stay in step (RFC 9113, 4.3). */
  block(
    id: number,
    endStream: boolean,
    dependsOnItself: boolean,
    bytes: Uint8Array,
  ): ConnectionFault | null {
    const { table } = this.#streams;
    const isNew = id > table.lastId;
    this.#fields.begin(!isNew);
    const failure = this.#decoder.decode(bytes, this.#fields.take);
    if (failure?.code === "COMPRESSION_ERROR") return fault(ErrorCode.compressionError, failure.detail);
    this.#fields.finish();
    const tooLarge = failure?.detail ?? null;
    if (!isNew) return this.#trailers(id, endStream, tooLarge);
    table.lastId = id;
    if (this.isClosed) return null;
    if (table.count >= MAX_CONCURRENT_STREAMS) {
      this.#streams.refuseId(id, ErrorCode.refusedStream);
      return this.#streams.count("streams over the limit");
    }
    if (dependsOnItself) {
      const detail = "stream depends on itself";
      return this.#refuse(id, endStream, { reason: "malformed", detail, answered: false });
    }
    if (tooLarge !== null) {
      return this.#refuse(id, endStream, { reason: "head_too_large", detail: tooLarge, answered: true });
    }
    return this.#open(id, endStream);
  }

  /** The client has ended its side of a stream. */
  requestEnds(stream: Http2Stream, trailers: HeaderList | null): ConnectionFault | null {
    const { body } = stream;
    if (body.length !== null && stream.upgrade === null && body.receivedBytes !== body.length) {
      return this.bodyBroken(stream, `${body.receivedBytes} bytes of content, ${body.length} declared`);
    }
    this.#streams.requestEnded(stream, trailers);
    return null;
  }

  /** The content is not what was declared (RFC 9113, 8.1.1): the pipeline may answer, then the stream is reset. */
  bodyBroken(
    stream: Http2Stream,
    detail: string,
    reason: ParseFailure["reason"] = "smuggling",
  ): ConnectionFault | null {
    stream.faultCode = ErrorCode.protocolError;
    blame(stream, reason, detail);
    const text = `${reason}: ${detail}`;
    const error = new AegisError("invalid_input", REASONS[reason].publicText, { privateText: text });
    stream.body.fail({ kind: "malformed", detail: text, error });
    return this.#streams.streamError(stream, ErrorCode.protocolError, detail);
  }

  #open(id: number, endStream: boolean): ConnectionFault | null {
    const { clock, ids, info, state } = this.#context;
    const parsed = parseHead(this.#fields, endStream, info.tls === null ? "http" : "https", state.settings);
    if ("reason" in parsed) return this.#refuse(id, endStream, parsed);
    this.#fingerprint.finish(this.#fields.pseudoOrder);
    const { head } = parsed;
    const { priority } = this.#fields;
    const stream = new Http2Stream({
      id,
      isHead: head.method === "HEAD",
      bodyLength: parsed.bodyLength,
      ended: endStream,
      upgrade: head.upgrade,
      expectsContinue: parsed.expectsContinue,
      sendWindow: this.#peer.initialWindowSize,
      priority: this.early.take(id) ?? (priority === null ? null : parsePriority(priority)),
      pace: endStream || head.upgrade !== null ? null : new BodyPace(state.nowMs),
    }, this.#streams);
    this.#streams.table.add(stream);
    const receivedAt = clock.now();
    stream.exchange = new Exchange({
      protocol: "HTTP/2",
      connection: info,
      request: head,
      // DATA behind an Extended CONNECT is the tunnel's, not the request's.
      body: head.upgrade === null ? stream.body : new BytesBody(new Uint8Array(0)),
      response: stream.response,
      id: ids.next(receivedAt),
      receivedAt,
      startedAt: clock.monotonic(),
      fingerprint: this.#fingerprint.text,
    });
    this.#streams.begin(stream);
    return null;
  }

  /** Fields behind the content, or HEADERS where there can be none (RFC 9113, 5.1 and 8.1). */
  #trailers(id: number, endStream: boolean, tooLarge: string | null): ConnectionFault | null {
    const { table } = this.#streams;
    const stream = table.find(id);
    if (stream === null) {
      const closure = table.closed.get(id);
      if (closure === "reset") return this.#streams.count("useless frames");
      return closure === null
        ? fault(ErrorCode.protocolError, `HEADERS on stream ${id}, below the last one`)
        : fault(ErrorCode.streamClosed, `HEADERS on stream ${id}, which is closed`);
    }
    if (stream.body.ended) {
      return this.#streams.streamError(stream, ErrorCode.streamClosed, "HEADERS behind END_STREAM");
    }
    const { failure, headers } = this.#fields;
    if (tooLarge !== null) return this.bodyBroken(stream, `trailers: ${tooLarge}`, "malformed");
    if (failure !== null) return this.bodyBroken(stream, `trailers: ${failure.detail}`, failure.reason);
    if (!endStream) return this.bodyBroken(stream, "trailers without END_STREAM", "malformed");
    return this.requestEnds(stream, headers.length === 0 ? null : headers);
  }

  /** A request that never becomes an exchange. */
  #refuse(id: number, endStream: boolean, failure: HeadFailure): ConnectionFault | null {
    const { reason, detail, answered } = failure;
    const { authority, headers, method, path } = this.#fields;
    const requestId = tellRefused(this.#context, {
      reason,
      detail,
      method: method ?? "",
      target: path ?? "",
      host: authority ?? headers.get("host") ?? "",
    });
    if (!answered) {
      this.#streams.refuseId(id, ErrorCode.protocolError);
      return this.#streams.count("provoked resets");
    }
    const stream = new Http2Stream({
      id,
      isHead: method === "HEAD",
      bodyLength: null,
      ended: endStream,
      upgrade: null,
      expectsContinue: false,
      sendWindow: this.#peer.initialWindowSize,
      priority: null,
      pace: null,
    }, this.#streams);
    this.#streams.table.add(stream);
    this.#streams.answer(stream, reason, requestId);
    return this.#streams.count("provoked resets");
  }
}
