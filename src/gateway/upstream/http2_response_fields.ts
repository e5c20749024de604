import { HeaderList } from "../../core/header_list.ts";
import { plainNumber } from "../listener/http1/plain_number.ts";
import { checkField, checkValue } from "../listener/http2/request_fields.ts";

/** Fields of a response; as many as over HTTP/1.1. */
export const MAX_RESPONSE_FIELDS = 256;

/** Hop-by-hop by name alone: RFC 9110 §7.6.1 where no Connection may stand to name them. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "proxy-authenticate",
  "proxy-authentication-info",
  "te",
  "trailer",
]);

/**
 * Takes the fields of a response's header blocks from the HPACK decoder and checks them by RFC 9113, 8.2 and 8.3.2. One
 * serves a connection; what it gathered is valid until `begin`.
 *
 * [SECURITY] They go out to a client of HTTP/1.1: a CR, LF or NUL in one, or two lengths, would be another response
 * there (CWE-113, CWE-444). Nothing is repaired.
 */
export class ResponseFields {
  headers = new HeaderList();
  /** 0: none so far. */
  status = 0;
  /** As declared; null: not said. */
  length: number | null = null;
  /** The operator's text of why the block is refused, or null. */
  failure: string | null = null;
  #isTrailer = false;

  /** Takes a field; handed to the decoder. */
  readonly take = (name: string, value: string): void => {
    this.failure ??= this.#field(name, value);
  };

  begin(isTrailer: boolean): void {
    this.headers = new HeaderList();
    this.status = 0;
    this.length = null;
    this.failure = null;
    this.#isTrailer = isTrailer;
  }

  #field(name: string, value: string): string | null {
    if (name.charCodeAt(0) === 0x3a) return this.#pseudo(name, value);
    if (!this.#isTrailer && this.status === 0) return "a field before :status";
    const failure = checkField(name, value);
    if (failure !== null) return failure.detail;
    if (name === "content-length") {
      if (this.#isTrailer) return "Content-Length in the trailers";
      if (this.length !== null) return "two Content-Length fields in the response";
      const length = plainNumber(value);
      if (length < 0) return `Content-Length "${value.slice(0, 40)}" in the response`;
      this.length = length;
      return null;
    }
    if (!HOP_BY_HOP.has(name)) this.headers.appendSafe(name, value);
    return null;
  }

  #pseudo(name: string, value: string): string | null {
    if (this.#isTrailer) return "pseudo-header in the trailers";
    if (name !== ":status") {
      return `pseudo-header ${checkValue(name) === null ? name.slice(0, 40) : ""} in the response`;
    }
    if (this.status !== 0) return ":status twice";
    if (this.headers.length > 0 || this.length !== null) return ":status behind a field";
    if (!/^[1-5][0-9]{2}$/.test(value)) return ":status is no status code";
    this.status = Number(value);
    return null;
  }
}
