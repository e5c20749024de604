import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import { headerFingerprint } from "./header_fingerprint.ts";

function of(names: readonly string[], inOrder = true): string {
  return headerFingerprint(HeaderList.from(names.map((name) => [name, "x"])), inOrder);
}

Deno.test("the same fields in the same order have one fingerprint, another order another", () => {
  assert.match(of(["host", "accept"]), /^o[0-9a-f]{16}$/);
  assert.equal(of(["host", "accept"]), of(["host", "accept"]));
  assert.notEqual(of(["host", "accept"]), of(["accept", "host"]));
  assert.notEqual(of(["host", "accept"]), of(["host", "accept", "te"]));
  assert.notEqual(of(["ab", "c"]), of(["a", "bc"]));
});

Deno.test("what comes and goes with the page asked for does not count", () => {
  assert.equal(of(["host", "referer", "accept", "cookie", "if-none-match"]), of(["host", "accept"]));
});

Deno.test("where a proxy may have ordered the fields anew only the set counts", () => {
  assert.equal(of(["host", "accept"], false), of(["accept", "host"], false));
  assert.match(of(["host"], false), /^s/);
});
