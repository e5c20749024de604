import { AMPERSAND } from "../text/char_mask.ts";
import { CharWriter } from "./char_writer.ts";
import type { Transformation } from "./transformation.ts";

/** Named references that hide syntax; HTML accepts many of them without the semicolon. */
const NAMED: ReadonlyMap<string, string> = new Map(Object.entries({
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  tab: "\t",
  newline: "\n",
  colon: ":",
  semi: ";",
  comma: ",",
  period: ".",
  lpar: "(",
  rpar: ")",
  lsqb: "[",
  lbrack: "[",
  rsqb: "]",
  rbrack: "]",
  lbrace: "{",
  lcub: "{",
  rbrace: "}",
  rcub: "}",
  sol: "/",
  bsol: "\\",
  equals: "=",
  grave: "`",
  diacriticalgrave: "`",
  num: "#",
  dollar: "$",
  excl: "!",
  percnt: "%",
  plus: "+",
  ast: "*",
  commat: "@",
  hat: "^",
  lowbar: "_",
  vert: "|",
  verbar: "|",
}));
const REFERENCE = /&(?:#x0*([0-9a-fA-F]{1,6});?|#0*([0-9]{1,7});?|([a-zA-Z]{2,16});?)/y;

/** Character references as a browser reads them: `&lt;`, `&#x6a;`, `&#0000106`. */
export const htmlEntities: Transformation = {
  name: "html-entities",
  summary: "character references of HTML: &lt;script&#x3e; → <script>",
  needs: AMPERSAND,
  mayRaiseCase: true,
  apply(text) {
    const writer = new CharWriter(text);
    for (let at = text.indexOf("&"); at >= 0;) {
      REFERENCE.lastIndex = at;
      const found = REFERENCE.exec(text);
      const end = found === null ? at + 1 : REFERENCE.lastIndex;
      const char = found === null ? undefined : characterOf(found);
      if (char !== undefined) writer.replace(at, end, char);
      at = text.indexOf("&", end);
    }
    return writer.finish();
  },
};

function characterOf([, hex, decimal, name]: RegExpExecArray): string | undefined {
  if (name !== undefined) return NAMED.get(name.toLowerCase());
  const code = hex !== undefined ? parseInt(hex, 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;
}
