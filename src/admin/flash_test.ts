import assert from "node:assert/strict";
import { clearFlashCookie, flashCookie, isOwnPath, readFlash } from "./flash.ts";

function header(setCookie: string): string {
  return setCookie.split(";")[0] ?? "";
}

Deno.test("a message comes back as it was sent, with its undo", () => {
  const message = {
    text: "gql-002 switched off; “everywhere”",
    undo: { action: "/rules/gql-002/switch", fields: { switch: "inherit" } },
  };
  assert.deepEqual(readFlash(header(flashCookie(message, true)), true), message);
  assert.match(flashCookie(message, true), /^__Host-aegis_flash=.*; Secure$/);
});

Deno.test("a message that is too long for a cookie loses its undo, not its text", () => {
  const message = { text: "saved", undo: { action: "/x", fields: { all: "y".repeat(5_000) } } };
  assert.deepEqual(readFlash(header(flashCookie(message, false)), false), { text: "saved" });
});

Deno.test("an undo that leads elsewhere is dropped", () => {
  for (
    const action of ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", ""]
  ) {
    assert.equal(isOwnPath(action), false);
    const cookie = header(flashCookie({ text: "t", undo: { action, fields: {} } }, false));
    assert.deepEqual(readFlash(cookie, false), { text: "t" });
  }
});

Deno.test("no cookie, a cleared one and rubbish are no message", () => {
  assert.equal(readFlash(undefined, true), null);
  assert.equal(readFlash(header(clearFlashCookie(true)), true), null);
  assert.equal(readFlash("aegis_flash=%%%", false), null);
  assert.equal(readFlash("aegis_flash=bnVsbA", false), null);
});
