// deno-lint-ignore-file no-control-regex -- browsers skip control characters in tags and schemes
import type { Span } from "../operators/matcher.ts";

/** Elements that run, load or frame something by being there. */
const ACTIVE = new Set(
  ("script iframe frame frameset object embed applet base link meta style svg math isindex bgsound layer xml xss " +
    "import template portal").split(" "),
);
/** Elements of `ACTIVE` that honest rich text holds as well: these need an attribute that executes. */
const NEEDS_ATTRIBUTE = new Set("svg math style link meta template xml iframe embed object base".split(" "));

const TAG = /<[\s\x00/]*([a-z!?][^\s/>\x00=<"'`]{0,40})/g;
const ATTRIBUTE =
  /[\s/\x00]*([^\s/>=\x00"'<]{1,60})(?:\s*=\s*("[^"]{0,2000}"?|'[^']{0,2000}'?|`[^`]{0,2000}`?|[^\s>]{0,2000}))?/y;
const BLANKS = /[\s\x00-\x20]+/g;
/** Tags that are looked at in one value, attributes of one tag, and attributes of all of them. */
const MAX_TAGS = 500;
const MAX_ATTRIBUTES = 40;
const MAX_ALL_ATTRIBUTES = 2_000;

/** A tag that executes: by its name, by an `on…` attribute, or by a link to script. */
export function findActiveTag(text: string): Span | null {
  TAG.lastIndex = 0;
  let left = MAX_ALL_ATTRIBUTES;
  for (let count = 0; count < MAX_TAGS; count++) {
    const found = TAG.exec(text);
    if (found === null) return null;
    const name = localName(found[1]!);
    if (ACTIVE.has(name) && !NEEDS_ATTRIBUTE.has(name)) return [found.index, TAG.lastIndex];
    const { end, seen } = activeAttribute(text, TAG.lastIndex, name, Math.min(left, MAX_ATTRIBUTES));
    if (end > 0) return [found.index, end];
    left -= seen;
  }
  return null;
}

/** `x:script` is `script` to an XML reader. */
function localName(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

/** End of the first attribute that executes, or -1, and how many were looked at. */
function activeAttribute(
  text: string,
  from: number,
  tag: string,
  most: number,
): { end: number; seen: number } {
  ATTRIBUTE.lastIndex = from;
  for (let seen = 0; seen < most; seen++) {
    const found = ATTRIBUTE.exec(text);
    if (found === null) return { end: -1, seen };
    if (executes(localName(found[1]!), unquote(found[2] ?? ""), tag)) {
      return { end: ATTRIBUTE.lastIndex, seen };
    }
  }
  return { end: -1, seen: most };
}

function unquote(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'" && quote !== "`") return value;
  return value.slice(1, value.endsWith(quote) && value.length > 1 ? -1 : undefined);
}

function executes(name: string, value: string, tag: string): boolean {
  if (/^on[a-z]{3,40}$/.test(name)) return value !== "";
  const link = value.replace(BLANKS, "");
  if (/^(?:javascript|vbscript|livescript|mocha):/.test(link)) return true;
  switch (name) {
    case "srcdoc":
      return value.includes("<");
    case "style":
      return /expression\s*\(|-moz-binding|behaviou?r\s*:|javascript:/.test(value);
    case "href":
    case "src":
    case "data":
    case "to":
    case "values":
    case "from":
    case "formaction":
    case "action":
    case "content":
      return /^data:(?:text\/html|image\/svg|text\/xml|application\/xhtml)/.test(link) ||
        /url=(?:javascript|data):/.test(link) || (name === "src" && tag === "embed" && value !== "");
    default:
      return false;
  }
}
