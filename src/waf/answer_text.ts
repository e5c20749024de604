import { constants, gunzipSync } from "node:zlib";
import type { HeaderList } from "../core/header_list.ts";
import { decodeText } from "./body/charset.ts";
import { parseContentType } from "./body/content_type.ts";

/** Bytes of an answer's body that rules see, as sent and inflated. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

const TEXTUAL =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|xml|yaml)|application\/(?:x-)?(?:javascript|ndjson|x-www-form-urlencoded|problem\+json|graphql-response\+json))/;

/** True where rules can read the body that follows this head: text, in a coding that Aegis asked for. */
export function isReadableAnswer(headers: HeaderList): boolean {
  const type = headers.get("content-type");
  if (type !== undefined && !TEXTUAL.test(type.trim().toLowerCase())) return false;
  return codingOf(headers) !== "other";
}

/**
 * The text of a body's first bytes, inflated within 1 MiB. Null where it does not inflate: then the client cannot read
 * it either.
 */
export function answerText(bytes: Uint8Array, headers: HeaderList): string | null {
  const plain = codingOf(headers) === "gzip" ? beginningOf(bytes) : bytes;
  if (plain === null) return null;
  const { parameters } = parseContentType(headers.get("content-type") ?? "");
  return decodeText(plain, parameters.get("charset") ?? null).text;
}

function codingOf(headers: HeaderList): "identity" | "gzip" | "other" {
  const coding = (headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (coding === "" || coding === "identity") return "identity";
  return coding === "gzip" || coding === "x-gzip" ? "gzip" : "other";
}

/** What a gzip stream, perhaps cut off, begins with. */
function beginningOf(bytes: Uint8Array): Uint8Array | null {
  // The whole of what inflates to more cannot be had: half of it is tried, and so on.
  for (let end = bytes.length; end > 0; end >>= 1) {
    try {
      return gunzipSync(bytes.subarray(0, end), {
        maxOutputLength: MAX_ANSWER_BYTES,
        finishFlush: constants.Z_SYNC_FLUSH,
      });
    } catch (thrown) {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE")) {
        return null;
      }
    }
  }
  return null;
}
