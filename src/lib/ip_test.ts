import assert from "node:assert/strict";
import fc from "fast-check";
import { isIP } from "node:net";
import {
  canonicalAddress,
  clientNetwork,
  contains,
  formatAddress,
  formatCidr,
  parseAddress,
  parseCidr,
} from "./ip.ts";

Deno.test("addresses are written in their canonical form", () => {
  const forms: [string, string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"],
    ["::", "::"],
    ["fe80::1%eth0", "fe80::1"],
  ];
  for (const [text, canonical] of forms) assert.equal(canonicalAddress(text), canonical);
});

Deno.test("what is no address is not taken for one", () => {
  for (
    const text of [
      "",
      "1.2.3",
      "1.2.3.4.5",
      "01.2.3.4",
      "256.1.1.1",
      "1.2.3.4 ",
      ":::",
      "1::2::3",
      "g::",
      "1:2:3:4:5:6:7",
      "::1.2.3",
      "1.2.3.4::",
    ]
  ) {
    assert.equal(parseAddress(text), null, text);
  }
});

Deno.test("networks clear their host bits and hold what is inside", () => {
  const v4 = parseCidr("192.0.2.77/24")!;
  assert.equal(formatCidr(v4), "192.0.2.0/24");
  assert.ok(contains(v4, parseAddress("::ffff:192.0.2.5")!));
  assert.ok(!contains(v4, parseAddress("192.0.3.5")!));
  assert.equal(formatCidr(parseCidr("2001:db8::/32")!), "2001:db8::/32");
  for (const bad of ["1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/08", "::/129"]) {
    assert.equal(parseCidr(bad), null, bad);
  }
});

Deno.test("a client is its IPv4 address, or its /64 in IPv6", () => {
  assert.equal(formatCidr(clientNetwork(parseAddress("192.0.2.1")!)), "192.0.2.1");
  assert.equal(formatCidr(clientNetwork(parseAddress("2001:db8:1:2:3:4:5:6")!)), "2001:db8:1:2::/64");
});

Deno.test("parsing agrees with node:net on every address and survives a round trip", () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
    const words = parseAddress(text);
    assert.notEqual(words, null);
    assert.notEqual(isIP(formatAddress(words!)), 0);
    assert.deepEqual(parseAddress(formatAddress(words!)), words);
  }));
});
