import type { HeaderList } from "../../core/header_list.ts";

/**
 * Which header fields a request has and in which order, as 64 bits in hex (FNV-1a over the names, two lanes): the same
 * program sends the same set with each request of a kind. Fields that come and go with what is asked for
 * (`cookie`, `referer`, `content-length`, ...) do not count.
 *
 * `inOrder` false: a proxy may have ordered them anew, so they count as a set; such a fingerprint begins with `s`.
 */
export function headerFingerprint({ names }: HeaderList, inOrder: boolean): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  let count = 0;
  const counted = inOrder ? names : names.toSorted();
  for (const name of counted) {
    if (PASSING.has(name)) continue;
    count++;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      low = Math.imul(low ^ code, PRIME);
      high = Math.imul(high ^ code, PRIME);
    }
    low = Math.imul(low ^ SEPARATOR, PRIME);
    // The second lane differs by more than its beginning: each name's place goes into it.
    high = Math.imul(high ^ SEPARATOR ^ count, PRIME);
  }
  return `${inOrder ? "o" : "s"}${hex(high)}${hex(low)}`;
}

const PRIME = 0x01000193;
const SEPARATOR = 10;

/** They depend on what is asked for, on the last answer or on the way, not on who asks. */
const PASSING: ReadonlySet<string> = new Set([
  "authorization",
  "cache-control",
  "content-length",
  "content-type",
  "cookie",
  "if-modified-since",
  "if-none-match",
  "origin",
  "pragma",
  "range",
  "referer",
]);

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
