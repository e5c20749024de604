import { HIGH } from "../char_mask.ts";
import type { Transformation } from "./transformation.ts";

const OVERLONG = /[\xc0\xc1]([\x80-\xbf])|\xe0([\x80\x81])([\x80-\xbf])|\xf0\x80([\x80\x81])([\x80-\xbf])/g;

/** Overlong UTF-8 in a byte string: `\xc0\xae` → `.` (CVE-2008-2938; RFC 3629, section 10). */
export const overlongUtf8: Transformation = {
  name: "overlong-utf8",
  summary: "ASCII written in too many bytes: %c0%ae%c0%ae/ → ../",
  needs: HIGH,
  mayRaiseCase: true,
  apply: (text) =>
    text.replace(OVERLONG, (found, two?: string, a?: string, b?: string, c?: string, d?: string) => {
      if (two !== undefined) {
        return String.fromCharCode(((found.charCodeAt(0) & 1) << 6) | (two.charCodeAt(0) & 63));
      }
      return String.fromCharCode((((a ?? c)!.charCodeAt(0) & 1) << 6) | ((b ?? d)!.charCodeAt(0) & 63));
    }),
};
