import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { answerFields } from "../listener/http2/answer_fields.ts";

/** Who sends what an upload lets through. After one of the two last calls the others do nothing. */
export interface UploadOwner {
  /** False: the body waits until the owner resumes it. */
  upload(chunk: Uint8Array): boolean;
  /** The body is whole; `trailers` can be written. */
  uploadEnds(trailers: HeaderList | null): void;
  /** The request cannot be finished. */
  uploadBroke(detail: string): void;
}

/** A request's body on its way to a stream: held against its declared length, its trailers made fit for HTTP/2. */
export class Http2Upload implements BodySink {
  readonly #body: BodySource;
  readonly #owner: UploadOwner;
  #sent = 0;

  constructor(body: BodySource, owner: UploadOwner) {
    this.#body = body;
    this.#owner = owner;
  }

  data(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const { length } = this.#body;
    this.#sent += chunk.length;
    // [SECURITY] A byte more than declared would be read as another request behind a target of HTTP/1.1 (CWE-444).
    if (length !== null && this.#sent > length) {
      return this.#owner.uploadBroke("the body is longer than declared");
    }
    if (!this.#owner.upload(chunk)) this.#body.pause();
  }

  end(trailers: HeaderList | null): void {
    const { length } = this.#body;
    if (length !== null && this.#sent < length) {
      return this.#owner.uploadBroke("the body is shorter than declared");
    }
    const fields = trailers === null ? null : answerFields(trailers);
    if (trailers !== null && fields === null) {
      return this.#owner.uploadBroke("a trailer field cannot be written");
    }
    this.#owner.uploadEnds(fields !== null && fields.length > 0 ? fields : null);
  }

  fail(error: BodyFailure): void {
    this.#owner.uploadBroke(`request body: ${error.detail}`);
  }
}
