import {
  ANY,
  BACKSLASH,
  BACKTICK,
  BLANK,
  DOLLAR,
  DOUBLE_QUOTE,
  HIGH,
  OTHER,
  SINGLE_QUOTE,
} from "../text/char_mask.ts";
import { TextBytes } from "../../lib/text_bytes.ts";
import { CharWriter } from "./char_writer.ts";
import type { Transformation } from "./transformation.ts";

const NOISE_FREE = /[\\'"`^$]/;

/**
 * Where a block of code begins and ends in Markdown: three backquotes at the start of a line, a language at most, and
 * the line's end. Everywhere else two of them are an empty command that splits a word.
 */
const FENCE = /(?:^|(?<=\n))```[\w+#.-]{0,20}[ \t]*(?=\r?\n|$)|``/g;

/** What a shell strips before it looks for a command: quotes, backslashes, carets, `$IFS`, empty expansions. */
export const shellNormalise: Transformation = {
  name: "shell",
  summary: "quoting inside words of a shell: c'a't$IFS/etc/pa\\sswd → cat /etc/passwd",
  needs: BACKSLASH | SINGLE_QUOTE | DOUBLE_QUOTE | BACKTICK | OTHER | DOLLAR,
  adds: BLANK,
  mayRaiseCase: false,
  apply(text, kinds = ANY) {
    if (!NOISE_FREE.test(text)) return text;
    const expanded = text.includes("$") ? withoutExpansions(text) : text;
    const joined = expanded.includes("\\") ? expanded.replace(/\\\r?\n/g, "") : expanded;
    const isNarrow = joined.length <= line.mostChars && line.read(joined, (kinds & HIGH) === 0);
    const bare = isNarrow ? withoutQuotesInBytes(joined) : withoutQuotes(joined);
    return bare.includes("``") ? bare.replace(FENCE, (found) => found === "``" ? "" : found) : bare;
  },
};

const IS_QUOTE = Uint8Array.from({ length: 256 }, (_, code) => {
  return "\\'\"^".includes(String.fromCharCode(code)) ? 1 : 0;
});
const line = new TextBytes(4096);

/** The same as `withoutQuotes` for the bytes that `line` has read, several times faster. */
function withoutQuotesInBytes(text: string): string {
  const { bytes } = line;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = bytes[i]!;
    bytes[length] = code;
    length += 1 - IS_QUOTE[code]!;
  }
  return length === text.length ? text : line.text(length);
}

function withoutQuotes(text: string): string {
  const writer = new CharWriter(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80 && IS_QUOTE[code] === 1) writer.replaceByCode(at, at + 1, -1);
  }
  return writer.finish();
}

function withoutExpansions(text: string): string {
  return text
    .replace(/(?:\$\{ifs[^}\s]{0,12}\}|\$ifs\b)(?:\$[0-9@*])?/gi, " ")
    .replace(/\$(?:[@*0-9!?]|\{[@*0-9]\}|\(\)|'')/g, "");
}
