import type { HeaderList } from "../../core/header_list.ts";
import { parseContentType } from "../../waf/body/content_type.ts";
import { type BodyFormat, bodyTypeOf } from "../../waf/body/parse_body.ts";

/** How a body is searched for files. */
export type UploadReading =
  /** The body itself is one. */
  | { readonly kind: "file" }
  | { readonly kind: "form"; readonly boundary: string }
  /** None, if the body begins as `beginning` says; else it is a file that was given another name. */
  | { readonly kind: "text"; readonly beginning: RegExp }
  /** Nobody can tell what the target will find in it. */
  | { readonly kind: "odd"; readonly why: string };

const FILE: UploadReading = Object.freeze({ kind: "file" });
const JSON_TEXT: UploadReading = Object.freeze({
  kind: "text",
  beginning: /^(?:\xef\xbb\xbf)?\s*[[{]\s*["[{\]}\dtfn-]/,
});
/** [SECURITY] Many an application takes raw uploads whatever their Content-Type: a name alone hides no file. */
const TEXTS: Readonly<Partial<Record<BodyFormat, UploadReading>>> = Object.freeze({
  "urlencoded": Object.freeze({
    kind: "text",
    // deno-lint-ignore no-control-regex -- what a raw file has and a form has not
    beginning: /^(?:[^\x00-\x20"<>\\^`{|}=\x7f-\xff]{1,63}=|[^\x00-\x20"<>\\^`{|}=\x7f-\xff]{64})/,
  }),
  "json": JSON_TEXT,
  "json-lines": JSON_TEXT,
});
/** Messages of a call that may go on for hours; a flag of 0 or 1 comes first. */
// deno-lint-ignore no-control-regex -- the flag of a message
const GRPC: UploadReading = Object.freeze({ kind: "text", beginning: /^[\x00\x01]/ });
/** RFC 2046, 5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;
const NOBODY = { value: () => {}, undecoded: () => {}, anomaly: () => {} };

/** What the head of a request says of its body. */
export function uploadReading(headers: HeaderList): UploadReading {
  const types = headers.all("content-type");
  const coding = codingOf(headers);
  const { format } = bodyTypeOf(types, NOBODY);
  if (format === "multipart" || types.some((type) => /multipart/i.test(type))) {
    // [SECURITY] Whoever undoes the coding finds a form of which clamd has seen nothing.
    return coding !== "" ? odd(`a form with Content-Encoding ${coding}`) : formOf(types);
  }
  // clamd unpacks gzip as it does any archive.
  if (coding !== "") return /^(?:x-)?gzip$/.test(coding) ? FILE : odd(`Content-Encoding ${coding}`);
  if (types.length > 1) return FILE;
  return /^application\/grpc\b/i.test(types[0] ?? "") ? GRPC : TEXTS[format] ?? FILE;
}

/** [SECURITY] What readers of forms differ on, no scanner can see as the target will (CWE-436). */
function formOf(types: readonly string[]): UploadReading {
  if (types.length > 1) return odd("several Content-Types");
  const { mediaType, parameters, malformed, repeated } = parseContentType(types[0]!);
  const names = [...parameters.keys()];
  const isContinued = names.some((name) => name.startsWith("boundary*"));
  if (malformed || repeated || isContinued || !mediaType.startsWith("multipart/")) {
    return odd("a Content-Type that can be read in several ways");
  }
  const boundary = parameters.get("boundary") ?? "";
  return BOUNDARY.test(boundary) ? { kind: "form", boundary } : odd("a form without a proper boundary");
}

/** All codings, lower case; empty where there is none. */
function codingOf(headers: HeaderList): string {
  const codings = headers.all("content-encoding").join(",").toLowerCase().split(",").map((each) =>
    each.trim()
  );
  return codings.filter((each) => each !== "" && each !== "identity").join(", ").slice(0, 80);
}

function odd(why: string): UploadReading {
  return { kind: "odd", why };
}
