const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup, controls, and what turns the direction of text. */
// deno-lint-ignore no-control-regex
const HOSTILE = /[&<>"'\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** [SECURITY] Host names and ids come from the request (XSS): text for element content or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(HOSTILE, (char) => ENTITIES[char] ?? "");
}
