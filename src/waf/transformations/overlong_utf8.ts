import { HIGH } from "../text/char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import type { Transformation } from "./transformation.ts";

/** Overlong UTF-8 in a byte string: `\xc0\xae` → `.` (CVE-2008-2938; RFC 3629, section 10). */
export const overlongUtf8: Transformation = {
  name: "overlong-utf8",
  summary: "ASCII written in too many bytes: %c0%ae%c0%ae/ → ../",
  needs: HIGH,
  mayRaiseCase: true,
  apply(text) {
    LEAD.lastIndex = 0;
    if (!LEAD.test(text)) return text;
    const writer = new CharWriter(text);
    for (let at = LEAD.lastIndex - 2; at < text.length;) {
      const length = overlongLength(text, at);
      if (length === 0) {
        at++;
        continue;
      }
      const last = text.charCodeAt(at + length - 1);
      const above = text.charCodeAt(at + length - 2);
      writer.replaceByCode(at, at + length, ((above & 1) << 6) | (last & 63));
      at += length;
    }
    return writer.finish();
  },
};

const LEAD = /[\xc0\xc1\xe0\xf0][\x80-\xbf]/g;

/** How many characters at `at` stand for one of ASCII; 0: they do not. */
function overlongLength(text: string, at: number): number {
  const lead = text.charCodeAt(at);
  if (lead < 0xc0 || lead > 0xf0) return 0;
  const second = text.charCodeAt(at + 1);
  if (lead <= 0xc1) return isContinuation(second) ? 2 : 0;
  const third = text.charCodeAt(at + 2);
  if (lead === 0xe0) return isHighest(second) && isContinuation(third) ? 3 : 0;
  return lead === 0xf0 && second === 0x80 && isHighest(third) && isContinuation(text.charCodeAt(at + 3))
    ? 4
    : 0;
}

function isContinuation(code: number): boolean {
  return code >= 0x80 && code <= 0xbf;
}

/** The continuation byte with the highest bit of ASCII. */
function isHighest(code: number): boolean {
  return code === 0x80 || code === 0x81;
}
