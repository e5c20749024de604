import type { Buffer } from "node:buffer";
import type { ServerSettings } from "../../../core/snapshot.ts";
import { CR, LF } from "./characters.ts";
import { malformed, type ParseFailure, smuggling } from "./fields.ts";

type HeadLimits = Pick<ServerSettings, "max_header_bytes" | "max_request_line_bytes">;

/**
 * Finds the end of a request's head while it arrives, looking at every byte once however small the pieces are.
 *
 * A verdict depends on the bytes alone, never on where the network cut them: each check holds for the first byte that
 * breaks it.
 */
export class HeadScanner {
  #scanned = 0;
  #lines = 0;
  #lineStart = 0;

  /** Before the next head. */
  reset(): void {
    this.#scanned = 0;
    this.#lines = 0;
    this.#lineStart = 0;
  }

  /**
   * Looks at what is new in `bytes[start, end)`, which starts with the request line. Returns the position after the
   * empty line, 0 where the head is not complete yet, or why it can never be.
   */
  scan(bytes: Buffer, start: number, end: number, limits: HeadLimits): number | ParseFailure {
    const maxHead = limits.max_header_bytes;
    const maxLine = Math.min(limits.max_request_line_bytes, maxHead - 2);
    let at = start + this.#scanned;
    while (true) {
      while (at < end && bytes[at] !== LF) at++;
      const length = at - start;
      if (this.#lines === 0 && length > maxLine + 1) {
        return { reason: "uri_too_long", detail: `request line over ${maxLine} bytes` };
      }
      const found = at < end;
      if (length + (found ? 1 : 0) > maxHead) {
        return { reason: "head_too_large", detail: `head over ${maxHead} bytes` };
      }
      if (!found) {
        this.#scanned = length;
        return 0;
      }
      // [SECURITY] A bare LF is never a line end here, though RFC 9112, 2.2 would let it be one (CWE-444).
      if (length === this.#lineStart || bytes[at - 1] !== CR) return smuggling("LF without CR in the head");
      at++;
      if (length - this.#lineStart === 1) {
        return this.#lines === 0 ? malformed("empty request line") : at;
      }
      this.#lines++;
      this.#lineStart = at - start;
    }
  }
}
