import { charKind } from "./char_mask.ts";
import type { ValueKind } from "../targets/kinds.ts";
import { base64Decode } from "../transformations/base64_decode.ts";
import { decodeForm } from "../body/urlencoded.ts";
import { WordCount } from "./word_count.ts";

/** So many different words, on however many lines, are a text that somebody wrote. */
const MANY_WORDS = 64;
/** On lines of its own (code, a list, a letter) a text has fewer. */
const SOME_WORDS = 16;
const SOME_LINES = 2;
const MIN_LINE_CHARS = 8;
/** Shorter texts hold no sixteen words. */
const MIN_CHARS = 64;

/** Where applications take texts that people write; other kinds are judged as fields, however long. */
const KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>([
  "arg",
  "json",
  "xml",
  "xml-attribute",
  "text",
  "body",
  "query",
  "uri",
]);

/** False: whatever a value of `kind` is, it is judged as a field. */
export function mayBeDocument(kind: ValueKind): boolean {
  return KINDS.has(kind);
}

/** True where a value of `kind` is no field but a document. */
export function isRunningText(kind: ValueKind, value: string): boolean {
  return KINDS.has(kind) && isDocument(value);
}

/**
 * The same for a text with white space, where it costs little to tell; false for any other, whatever it encodes.
 * `mask`: the kinds of characters that it holds.
 */
export function isSpacedDocument(kind: ValueKind, value: string, mask: number): boolean {
  return (mask & CODE_SIGN_KINDS) !== 0 && KINDS.has(kind) && SPACE.test(value) && isDocument(value);
}

/**
 * True where `text` is a document rather than the value of a field: an article, a letter that shows code, a program, a
 * page of HTML, a notebook. Such a text talks about anything, so that words and snippets in it say nothing about an
 * attack; rules with `documents: skip` do not count there.
 *
 * [SECURITY] Counted are different words, so that what is only long, or repeats itself, is no document; and prose with
 * signs of code in one place only is none either. So a payload behind padding or behind sentences is judged by every
 * rule. What leaves its context (`detect: sqli`, a quote and a bracket before a tag) and what is an attack wherever it
 * stands does not ask this question.
 */
export function isDocument(text: string): boolean {
  if (text.length < MIN_CHARS) return false;
  if (SPACE.test(text)) return !isProseAroundSigns(text) && isWritten(text);
  return isWritten(decodeForm(text)) || isWritten(base64Decode.apply(text));
}

const SPACE = /\s/;

/** A stretch of text in which so many signs of markup and code stand is not prose. */
const STRETCH_CHARS = 100;
const SIGNS_IN_STRETCH = 2;
/** A payload is short: it stands in so many stretches of the prose around it. */
const PAYLOAD_STRETCHES = 2;
/** What is written on so many lines is a program or a letter with one rather than a payload behind sentences. */
const MANY_LINES = 5;

/**
 * [SECURITY] Prose that holds signs of code in one place only is what a payload looks like that somebody hides behind
 * sentences. A document that shows code has markup around it, or more of it.
 */
function isProseAroundSigns(text: string): boolean {
  const most = text.split("\n", MANY_LINES).length < MANY_LINES ? PAYLOAD_STRETCHES : 1;
  let withSigns = 0;
  for (let at = 0; at < text.length && withSigns <= most; at += STRETCH_CHARS) {
    if (holdsSigns(text, at)) withSigns++;
  }
  return withSigns <= most;
}

function holdsSigns(text: string, at: number): boolean {
  const end = Math.min(text.length, at + STRETCH_CHARS);
  let signs = 0;
  for (let i = at; i < end; i++) signs += IS_CODE_SIGN[text.charCodeAt(i)] ?? 0;
  return signs >= SIGNS_IN_STRETCH;
}

const CODE_SIGNS = "<>{}[]=|&$`\\_#*";
const CODE_SIGN_KINDS = [...CODE_SIGNS].reduce((all, sign) => all | charKind(sign.charCodeAt(0)), 0);
/** By the code of an ASCII character. */
const IS_CODE_SIGN = Uint8Array.from({ length: 128 }, (_, code) => {
  return CODE_SIGNS.includes(String.fromCharCode(code)) ? 1 : 0;
});

function isWritten(text: string): boolean {
  const words = new WordCount(text);
  return words.reaches(SOME_WORDS) && (isOnLines(text) || words.reaches(MANY_WORDS));
}

/** True where several different lines say something. */
function isOnLines(text: string): boolean {
  const found = new Set<string>();
  for (const line of text.split(/[\r\n]+|\\[rn]/)) {
    const said = line.trim();
    if (said.length >= MIN_LINE_CHARS && found.add(said).size >= SOME_LINES) return true;
  }
  return false;
}

/**
 * So much of compressed or encrypted bytes in a body that is called text are control characters, and not ASCII.
 * [SECURITY] Far more than the NULs and broken bytes that somebody puts into a payload.
 */
const MIN_BINARY_CHARS = 1024;
const CONTROL_SHARE = 1 / 16;
const HIGH_SHARE = 1 / 4;
// deno-lint-ignore no-control-regex -- control characters are what tells text from binary
const CONTROL = /[\x00-\x08\x0e-\x1f\x7f]/g;
/** Without NUL, of which UTF-16 has one in every letter. */
// deno-lint-ignore no-control-regex -- the same
const RARE_CONTROL = /[\x01-\x08\x0e-\x1f\x7f]/g;
const RARE_CONTROL_SHARE = 1 / 64;
const HIGH = /[\x80-\xff\ufffd]/g;

/** True where a text body is the bytes of a file after all. */
export function isBinaryText(kind: ValueKind, text: string): boolean {
  if (kind !== "text" || text.length < MIN_BINARY_CHARS) return false;
  return countOf(CONTROL, text) >= text.length * CONTROL_SHARE &&
    countOf(HIGH, text) >= text.length * HIGH_SHARE;
}

/** True where characters are the bytes of a file, of whatever kind: program, font, image, archive. */
export function isFile(bytes: string): boolean {
  return bytes.length >= MIN_BINARY_CHARS &&
    countOf(RARE_CONTROL, bytes) >= bytes.length * RARE_CONTROL_SHARE;
}

function countOf(chars: RegExp, text: string): number {
  return text.match(chars)?.length ?? 0;
}
