// deno-lint-ignore-file no-control-regex -- browsers skip control characters in tags and schemes
import type { Span } from "../operators/matcher.ts";

/** Elements that run, load or frame something by being there, and that honest rich text has no use for. */
const RUNS_ALONE = new Set("frame frameset applet isindex bgsound layer xss import portal".split(" "));

const TAG = /<[\s\x00/]*([a-z!?][^\s/>\x00=<"'`]{0,40})/g;
const ATTRIBUTE =
  /[\s/\x00]*([^\s/>=\x00"'<]{1,60})(?:\s*=\s*("[^"]{0,2000}"?|'[^']{0,2000}'?|`[^`]{0,2000}`?|[^\s>]{0,2000}))?/y;
const BLANKS = /[\s\x00-\x20]+/g;
/** Tags and attributes that are looked at: more than a piece of text (4 KB) can hold. */
const MAX_TAGS = 2_048;
const MAX_ATTRIBUTES = 2_048;
const MAX_ALL_ATTRIBUTES = 4_096;

/** A tag that executes: by its name, by an `on…` attribute, or by a link to script. */
export function findActiveTag(text: string): Span | null {
  TAG.lastIndex = 0;
  const harmless = new Set<number>();
  let left = MAX_ALL_ATTRIBUTES;
  for (let count = 0; count < MAX_TAGS; count++) {
    const found = TAG.exec(text);
    if (found === null) return null;
    const name = localName(found[1]!);
    if (name === "script" ? hasCode(text, TAG.lastIndex) : RUNS_ALONE.has(name)) {
      return [found.index, TAG.lastIndex];
    }
    const { end, seen } = activeAttribute(
      text,
      TAG.lastIndex,
      name,
      Math.min(left, MAX_ATTRIBUTES),
      harmless,
    );
    if (end > 0) return [found.index, end];
    left -= seen;
  }
  return null;
}

/** `x:script` is `script` to an XML reader. */
function localName(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

/**
 * End of the first attribute that executes, or -1, and how many were looked at. From the places in `harmless` on none
 * does: tags that never end would else be read to the end of the text each.
 */
function activeAttribute(
  text: string,
  from: number,
  tag: string,
  most: number,
  harmless: Set<number>,
): { end: number; seen: number } {
  ATTRIBUTE.lastIndex = from;
  for (let seen = 0; seen < most; seen++) {
    // Of one tag more attributes execute than of others.
    if (tag !== "embed") {
      if (harmless.has(ATTRIBUTE.lastIndex)) return { end: -1, seen };
      harmless.add(ATTRIBUTE.lastIndex);
    }
    const found = ATTRIBUTE.exec(text);
    if (found === null) return { end: -1, seen };
    if (executes(localName(found[1]!), found[2] ?? "", tag)) {
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

/** What stands behind `<script`: a source or another attribute, or text that no sentence about scripts holds. */
function hasCode(text: string, from: number): boolean {
  SCRIPT_BODY.lastIndex = from;
  return SCRIPT_BODY.test(text);
}

const SCRIPT_BODY =
  /[^<>]*[=/"'][^<>]*|[^<>]*>(?:\s*<\/|\s*$|[^<]*(?:[\w$\])]\(|\b(?:alert|prompt|confirm|eval)\s?\(|[=`[{\\]|;\S|\/[/*]|<[^a-z\s]))/y;

/**
 * A handler without quotes, as no editor writes it, or one that does more than call a function of the page.
 * `onclick=""` and `onclick="init()"` are what rich text holds.
 */
function handles(written: string): boolean {
  const value = written.replaceAll('\\"', '"'); // as it stands in a string of JSON
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value !== "";
  return HANDLER_CODE.test(unquote(value));
}

const HANDLER_CODE =
  /\b(?:alert|confirm|prompt|print|eval|fetch|import|execscript|settimeout|setinterval|function|atob|msgbox|open|write|document|window|location|self|top|parent|frames|globalthis|javascript|vbs|throw|xss|cookie|script)\b|[[`\\&%$+{]|=>|\/\/|\/\*|\)\s?\(/;

/** What SVG needs to act, as text, percent-encoded, and in base64 (in lower case, however it is aligned). */
const ACTS =
  /<script|%3cscript|[\s/%"'0-9]on[a-z]{3,40}\s*(?:=|%3d)|javascript:|foreignobject|<!entity|c2nyaxb0|jcmlwd|y3jpchq|b25sb2fk|9ubg9hz|vbmxvyw/;

/** A data: document that runs script where it is opened; `tag` is empty where the link is the whole value. */
export function isScriptData(link: string, tag: string): boolean {
  if (/^data:(?:text\/html|text\/xml|application\/xhtml)/.test(link)) return true;
  return link.startsWith("data:image/svg") && tag !== "img" && (tag !== "" || ACTS.test(link));
}

function executes(name: string, written: string, tag: string): boolean {
  if (/^on[a-z]{3,40}$/.test(name)) return handles(written);
  const value = unquote(written);
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
      return isScriptData(link, tag) ||
        /url=(?:javascript|data):/.test(link) || (name === "src" && tag === "embed" && value !== "");
    default:
      return false;
  }
}
