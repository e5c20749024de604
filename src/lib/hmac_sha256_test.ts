import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { HmacSha256 } from "./hmac_sha256.ts";

Deno.test("the code is that of the runtime's own HMAC, at every length of text and key", () => {
  for (const keyLength of [0, 1, 20, 32, 63, 64]) {
    const key = new Uint8Array(randomBytes(keyLength));
    const own = new HmacSha256(key);
    for (let length = 0; length <= 300; length += length < 140 ? 1 : 37) {
      const text = "v1.01ARZ3NDEKTSV4RRFFQ69G5FAV|".repeat(11).slice(0, length);
      const right = createHmac("sha256", key).update(text).digest("hex");
      assert.equal(own.digest(text).toHex(), right, `${keyLength} ${length}`);
    }
  }
});

Deno.test("RFC 4231, test case 2", () => {
  const own = new HmacSha256(new TextEncoder().encode("Jefe"));
  assert.equal(
    own.digest("what do ya want for nothing?").toHex(),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

Deno.test("what is too long is refused, and leaves nothing behind", () => {
  const own = new HmacSha256(new Uint8Array(32));
  const before = own.digest("x").toHex();
  assert.throws(() => own.digest("x".repeat(901)), RangeError);
  assert.throws(() => new HmacSha256(new Uint8Array(65)), RangeError);
  assert.equal(own.digest("x").toHex(), before);
});
