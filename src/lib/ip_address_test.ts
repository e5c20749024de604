import assert from "node:assert/strict";
import net from "node:net";
import fc from "fast-check";
import { isIpv4, parseAddress } from "./ip_address.ts";

function hexOf(text: string): string | null {
  const bytes = parseAddress(text);
  return bytes === null ? null : [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("addresses become their sixteen bytes", () => {
  assert.equal(hexOf("1.2.3.4"), "00000000000000000000ffff01020304");
  assert.equal(hexOf("::"), "0".repeat(32));
  assert.equal(hexOf("::1"), "0".repeat(31) + "1");
  assert.equal(hexOf("2001:DB8::a:1"), "20010db80000000000000000000a0001");
  assert.equal(hexOf("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
  assert.equal(hexOf("::ffff:1.2.3.4"), hexOf("1.2.3.4"));
  assert.equal(hexOf("fe80::"), "fe80" + "0".repeat(28));
  assert.equal(isIpv4(parseAddress("::ffff:9.9.9.9")!), true);
  assert.equal(isIpv4(parseAddress("::9.9.9.9")!), false);
});

Deno.test("what is no address is null", () => {
  for (
    const text of [
      "",
      "1.2.3",
      "1.2.3.4.5",
      "01.2.3.4",
      "1.2.3.256",
      "1.2.3.4 ",
      "0x1.2.3.4",
      ":",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7::8",
      "12345::",
      "g::",
      "[::1]",
      "fe80::1%eth0",
      "1.2.3.4::",
      "::1.2.3",
      "app.test",
    ]
  ) {
    assert.equal(parseAddress(text), null, text);
  }
});

Deno.test("the parser takes what the platform's own takes", () => {
  const piece = fc.constantFrom(
    "0",
    "1",
    "ff",
    "abcd",
    "12345",
    "::",
    ":",
    ".",
    "1.2.3.4",
    "255",
    "256",
    "g",
    "",
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.array(piece, { maxLength: 9 }).map((all) => all.join(""))),
      (text) => {
        // RFC 4291 wants `::` to stand for at least one group; some platforms take it for none.
        if (
          /^(?:[0-9a-f]{1,4}:){7}:|::(?:[0-9a-f]{1,4}:){6}[0-9a-f]{1,4}$|^::(?:[^:]+:){7}/i.test(text)
        ) return;
        assert.equal(parseAddress(text) !== null, net.isIP(text) !== 0, text);
      },
    ),
    { numRuns: 2_000 },
  );
});
