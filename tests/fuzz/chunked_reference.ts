/** What became of a chunked body. `rest`: chars after its end. */
export type ChunkedReading =
  | { readonly kind: "done"; readonly data: string; readonly trailers: number; readonly rest: string }
  | { readonly kind: "more" }
  | { readonly kind: "failed" };

const TOKEN = "[!#-'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[^"\\\0-\x1f\x7f]|\\[^\0-\x1f\x7f])*"`;
const SIZE_LINE = new RegExp(`^([0-9a-fA-F]{1,12})(?:;${TOKEN}(?:=(?:${TOKEN}|${QUOTED}))?)*\r\n`);
const TRAILER_LINE = /^([!#-'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)\r\n/;
const FORBIDDEN = new Set(
  ("content-length transfer-encoding host connection upgrade te trailer content-encoding content-type content-range " +
    "authorization cookie set-cookie").split(" "),
);

/**
 * RFC 9112, 7.1 once more, in the plainest way: patterns over the whole text instead of states over bytes. Knows no
 * bounds on extensions and trailers. `text` is a byte string.
 */
export function readChunked(text: string): ChunkedReading {
  let rest = text;
  let data = "";
  while (true) {
    const line = SIZE_LINE.exec(rest);
    // Without a whole line nobody can say yet whether it would have been a good one.
    if (line === null) return rest.includes("\n") ? { kind: "failed" } : { kind: "more" };
    rest = rest.slice(line[0].length);
    const size = parseInt(line[1]!, 16);
    if (size === 0) break;
    if (rest.length < size + 2) {
      const end = rest.slice(size, size + 2);
      return "\r\n".startsWith(end) ? { kind: "more" } : { kind: "failed" };
    }
    if (rest.slice(size, size + 2) !== "\r\n") return { kind: "failed" };
    data += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
  let trailers = 0;
  while (true) {
    if (rest.startsWith("\r\n")) return { kind: "done", data, trailers, rest: rest.slice(2) };
    const line = TRAILER_LINE.exec(rest);
    if (line === null) return rest.includes("\n") ? { kind: "failed" } : { kind: "more" };
    if (FORBIDDEN.has(line[1]!.toLowerCase())) return { kind: "failed" };
    trailers++;
    rest = rest.slice(line[0].length);
  }
}
