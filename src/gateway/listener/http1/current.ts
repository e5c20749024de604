import { Exchange } from "../../../core/exchange.ts";
import type { CodecContext } from "../codec.ts";
import { DISCARD_BYTES } from "./connection_limits.ts";
import type { BodyPace } from "./pace.ts";
import type { RequestBody } from "./request_body.ts";
import type { ParsedRequest } from "./request_parser.ts";
import type { Http1Response } from "./response_writer.ts";

/** `lingering`: the last answer is out, what still comes in is thrown away until the client closes. */
export type Mode = "open" | "tunnel" | "lingering" | "closed";

/** The exchange that a connection is at. */
export interface Current {
  readonly request: ParsedRequest;
  readonly exchange: Exchange;
  readonly body: RequestBody;
  readonly response: Http1Response;
  /** null: the request has no body. */
  readonly bodyPace: BodyPace | null;
}

/** The exchange of a request whose head is complete now. */
export function exchangeOf(
  request: ParsedRequest,
  body: RequestBody,
  response: Http1Response,
  { clock, ids, info }: CodecContext,
): Exchange {
  const receivedAt = clock.now();
  return new Exchange({
    protocol: request.minorVersion === 1 ? "HTTP/1.1" : "HTTP/1.0",
    connection: info,
    request: request.head,
    body,
    response,
    id: ids.next(receivedAt),
    receivedAt,
    startedAt: clock.monotonic(),
  });
}

/** Whether another request may follow this body. `continueDue`: the client waits for a word to send it. */
export function mayPersistAfter(body: RequestBody, continueDue: boolean): boolean {
  if (body.failed) return false;
  if (body.complete) return true;
  // [SECURITY] A client that was never told to go on may send the body or not: what follows could be either, so
  // nothing on this connection can be trusted to be a request (0.CL desync by Expect).
  return !continueDue && (body.started || body.remainingBytes <= DISCARD_BYTES);
}
