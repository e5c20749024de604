import { BLANK, SLASH } from "../text/char_mask.ts";
import type { Transformation } from "./transformation.ts";

// A comment ends at its star and slash or with the text; what MySQL executes (`/*!50000 x`) keeps its content.
function rewriteComments(text: string, replacement: string): string {
  if (!text.includes("/*")) return text;
  let out = "";
  let at = 0;
  for (;;) {
    const open = text.indexOf("/*", at);
    if (open < 0) return out + text.slice(at);
    out += text.slice(at, open);
    const close = text.indexOf("*/", open + 2);
    const end = close < 0 ? text.length : close;
    const executable = /^(?:m?!\d{0,6})/i.exec(text.slice(open + 2, open + 10));
    out += executable === null
      ? replacement
      : replacement + text.slice(open + 2 + executable[0].length, end) + replacement;
    at = close < 0 ? text.length : close + 2;
  }
}

// A comment separates words as a blank does.
export const replaceComments: Transformation = {
  name: "replace-comments",
  summary:
    "comments of SQL become a blank, those that MySQL executes keep their content: union/**/select → union select",
  needs: SLASH,
  adds: BLANK,
  mayRaiseCase: false,
  apply: (text) => rewriteComments(text, " "),
};

// For filters behind Aegis that delete comments.
export const removeComments: Transformation = {
  name: "remove-comments",
  summary: "comments of SQL are deleted: sel/**/ect → select",
  needs: SLASH,
  adds: 0,
  mayRaiseCase: false,
  apply: (text) => rewriteComments(text, ""),
};
