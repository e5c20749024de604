/**
 * What a client sent may stand in a log line, and so on somebody's terminal or in a spreadsheet: nothing in it may
 * act there.
 */

// C0 and C1 controls, and the characters that turn the direction of text around (CVE-2021-42574) or hide.
// deno-lint-ignore no-control-regex -- what a terminal would obey
const ACTIVE = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** [SECURITY] Terminal escape injection (CWE-150): each active character is written as its code. */
export function safeText(text: string): string {
  return text.replace(ACTIVE, (character) => {
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** JSON in which no active character stands as itself; it parses to the very same value. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  const escape = (character: string) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  // JSON.stringify has escaped the line breaks inside strings: those left are its own indentation.
  return text.replace(ACTIVE, escape);
}

/**
 * One cell of a CSV file (RFC 4180).
 *
 * [SECURITY] CSV injection (CWE-1236): a spreadsheet runs a cell that begins with = + - @ as a formula; an apostrophe
 * before it makes it a text.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const active = /^\s*[=+\-@\t\r|%]/.test(value);
  const text = safeText(active ? `'${value}` : value);
  return /[",']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
