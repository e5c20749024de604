import type { Exchange } from "../../../core/exchange.ts";
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
