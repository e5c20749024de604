import type { HeaderList } from "../../core/header_list.ts";

/** Characters that are read of a list, from its end: far more than honest chains of proxies need. */
const MOST_CHARS = 4_096;

/**
 * The elements of a comma-separated header from the last to the first, over all its fields. `visit` returns false where
 * the rest does not matter. Commas within quotes separate nothing.
 *
 * [SECURITY] Read from the right, because what stands there is what the nearest proxy wrote: whatever a client sent
 * before it, an open quote too, cannot swallow that (X-Forwarded-For spoofing, CWE-348).
 */
export function walkFromRight(headers: HeaderList, name: string, visit: (element: string) => boolean): void {
  const { names, values } = headers;
  let left = MOST_CHARS;
  for (let i = names.length - 1; i >= 0; i--) {
    if (names[i] !== name) continue;
    const value = values[i]!;
    for (let end = value.length; end >= 0;) {
      const start = elementStart(value, end, left);
      if (start < 0) return;
      left -= end - start + 1;
      const element = value.slice(start, end).trim();
      if (element !== "" && !visit(element)) return;
      end = start - 1;
    }
  }
}

/** Where the element that ends before `end` begins; -1: further away than `most`. */
function elementStart(value: string, end: number, most: number): number {
  let isQuoted = false;
  for (let at = end - 1; at >= 0; at--) {
    if (end - at > most) return -1;
    const c = value.charCodeAt(at);
    if (c === 0x22) isQuoted = !isQuoted;
    else if (c === 0x2c && !isQuoted) return at + 1;
  }
  return 0;
}
