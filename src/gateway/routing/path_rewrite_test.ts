import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalPath } from "../../lib/canonical_path.ts";
import { isTemplateFault, parseTemplate } from "../../core/template.ts";
import { rewritePath } from "./path_rewrite.ts";

/** Pieces from which climbs and doubtful separators can be put together. */
const PIECE = fc.constantFrom(
  "a",
  "/",
  ".",
  "..",
  "%",
  "2",
  "e",
  "f",
  "%2e",
  "%2f",
  "%5c",
  ";",
  "\\",
  "?",
  "#",
  "$1",
  "$2",
);
const TEXT = fc.array(PIECE, { maxLength: 12 }).map((pieces) => pieces.join(""));
const PATTERNS = ["^/(.*)$", "(a)(.*)", "([^/]*)/([^/]*)$", "(.)-?(.)", "%(.)(.)?"];

Deno.test("whatever a rewrite puts together, it is canonical, climbs nowhere and hides no separator", () => {
  let made = 0;
  fc.assert(
    fc.property(TEXT, TEXT, fc.constantFrom(...PATTERNS), (raw, to, pattern) => {
      const before = canonicalPath(`/${raw.replaceAll(/[?#$]/g, "")}`);
      if (before.escapes) return;
      const parts = parseTemplate(to, { groups: 2 });
      assert.ok(!isTemplateFault(parts));
      const rewrite = { from: null, regex: new RegExp(pattern), to: parts };
      const after = rewritePath(rewrite, before.path, () => "/../x");
      if (after === null) return;
      made++;
      const read = canonicalPath(after);
      assert.equal(read.path, after);
      assert.equal(read.escapes, false);
      assert.ok(after.startsWith("/") && !/[?#]/.test(after), after);
      assert.ok(!read.hasEncodedSeparator || canonicalPath(before.path).hasEncodedSeparator, after);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(made > 500, `${made} rewrites were looked at`);
});
