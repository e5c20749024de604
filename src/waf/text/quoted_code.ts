import { decodeForm } from "../body/urlencoded.ts";
import { mayBeDocument } from "./document.ts";
import type { Rule } from "../../core/rule.ts";
import type { ValueKind } from "../targets/kinds.ts";

/**
 * Families whose payload has to leave the place of its value in a command, a statement or a program. In a page, a log
 * line or a template a payload acts wherever it stands, so that quoting it in a text changes nothing.
 */
const MUST_BREAK_OUT: ReadonlySet<string> = new Set([
  "command-injection",
  "command-injection-extended",
  "command-injection-powershell",
  "code-injection",
  "ldap-injection",
  "nosql-injection",
  "path-traversal",
  "prototype-pollution",
  "sql-injection",
  "sql-injection-bypass",
  "sql-injection-extended",
]);

/** True for rules that ask whether what they found is quoted: the broad ones of these families. */
export function mustBreakOut(rule: Rule): boolean {
  return rule.documents === "skip" && MUST_BREAK_OUT.has(rule.family);
}

/** ```…``` on lines of their own, as Markdown fences code. */
const FENCED = /^ {0,3}```[^\n`]*\n[^]*?\n {0,3}```[ \t]*$/gm;
/** `…` as a word of a sentence. */
const INLINE = /(^|[\s(*_])`[^`\n]+`(?=$|[\s.,;:!?)*_])/gm;
/** What stands between blank lines behind a colon: "I tried this:". */
const ANNOUNCED = /:[ \t]*\n[ \t]*\n[^]+?(?:\n[ \t]*\n|$)/g;
/** The sentences around a quotation have so many different words. */
const MIN_WORDS = 4;
const WORD = /(?:^|\s)\p{L}[\p{L}'’]+(?=$|[\s.,;:!?])/gu;
const MAX_CHARS = 16 * 1024;

/**
 * What somebody wrote around code that is set apart in a text; null where nothing is, or hardly anything besides.
 *
 * [SECURITY] A shell would run what stands in backquotes: sentences around them are what tells a question about a
 * command from one. Nobody says more than that a broad rule need not count there; precise rules are not asked.
 */
export function withoutQuotedCode(kind: ValueKind, value: string): string | null {
  if (!mayBeDocument(kind) || value.length > MAX_CHARS) return null;
  const text = kind === "body" || kind === "query" ? decodeForm(value).replaceAll("\\n", "\n") : value;
  if (!text.includes("`") && !text.includes(":")) return null;
  const lines = text.replaceAll("\r\n", "\n");
  const left = lines.replace(FENCED, " ").replace(ANNOUNCED, ":\n\n").replace(INLINE, "$1 ");
  if (left === lines) return null;
  const words = new Set(left.match(WORD)?.map((word) => word.trim().toLowerCase()));
  return words.size < MIN_WORDS ? null : left;
}
