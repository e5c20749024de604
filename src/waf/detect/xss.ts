// deno-lint-ignore-file no-control-regex -- browsers skip control characters in tags and schemes
import { COLON, EQUALS, LESS } from "../text/char_mask.ts";
import type { Matcher, Span } from "../operators/matcher.ts";
import { findActiveTag, isScriptData } from "./xss_tags.ts";

/**
 * `detect: xss`: the value, put into text, an attribute or a link of a page, would run script. It is read as HTML
 * would be: tags with their attributes; behind a quote, attributes of the tag that the value stood in; schemes that
 * execute.
 */
export const xssMatcher: Matcher = {
  needs: [{ literals: [], masks: [LESS | EQUALS | COLON] }],
  lowerCase: true,
  find: (text) => findActiveTag(text) ?? findAttributeBreak(text) ?? findScriptScheme(text),
};

const EVENT =
  /["'`][\s/"'`]*(?:[^\s=<>"'`]{1,40}\s*=\s*[^\s=<>]{0,80}[\s/]+){0,3}on[a-z]{3,40}\s*=\s*["'`]?[^\s"'=]/;

/** `" onfocus=alert(1) autofocus`, `' style=x onload='…`. */
function findAttributeBreak(text: string): Span | null {
  if (!text.includes("on")) return null;
  const found = EVENT.exec(text);
  return found === null ? null : [found.index, found.index + found[0].length];
}

const SCHEME =
  /^[\s\x00-\x20"'(]*(?:j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t|v\s*b\s*s\s*c\s*r\s*i\s*p\s*t)\s*:\s*(?:[\w$.]*[(=`[+?]|\/\/|\/\*|[^\w\s])/;
/** What links that only carry a handler point to. */
const NOTHING = /^\s*javascript:\s*(?:void\(0\)|;)?;?\s*$/;
const DATA =
  /^[\s\x00-\x20"'(]*data\s*:\s*(?:text\/html|image\/svg\+xml|text\/xml|application\/xhtml\+xml)[;,]/;

/** A value that is a link which runs script. */
function findScriptScheme(text: string): Span | null {
  if (NOTHING.test(text)) return null;
  const found = SCHEME.exec(text) ?? dataDocument(text);
  return found === null ? null : [found.index, found.index + found[0].length];
}

/** Most SVG is a picture. */
function dataDocument(text: string): RegExpExecArray | null {
  const found = DATA.exec(text);
  if (found === null || !found[0].includes("svg")) return found;
  return isScriptData(text.slice(text.indexOf("data")).replace(/^data\s*:\s*/, "data:"), "") ? found : null;
}
