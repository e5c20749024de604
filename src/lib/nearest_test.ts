import assert from "node:assert/strict";
import { editDistance, nearest } from "./nearest.ts";

Deno.test("edit distance counts insertions, deletions, replacements and swaps as one each", () => {
  assert.equal(editDistance("kitten", "sitting"), 3);
  assert.equal(editDistance("domians", "domains"), 1);
  assert.equal(editDistance("", "abc"), 3);
  assert.equal(editDistance("same", "same"), 0);
});

Deno.test("the nearest key is found over typing slips, hyphens and case", () => {
  const keys = ["proxy_listen", "https_listen", "admin_listen", "log"];
  assert.equal(nearest("proxy-listen", keys), "proxy_listen");
  assert.equal(nearest("Admin_Listne", keys), "admin_listen");
  assert.equal(nearest("lgo", keys), "log");
  assert.equal(nearest("paranoia_level", ["mode", "paranoia"]), "paranoia");
});

Deno.test("a text that resembles nothing has no nearest key", () => {
  assert.equal(nearest("colour", ["proxy_listen", "log"]), null);
  assert.equal(nearest("x", []), null);
});
