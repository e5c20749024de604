import assert from "node:assert/strict";
import { maskAddress } from "./mask_address.ts";

Deno.test("IPv4 loses its last two octets, IPv6 all but its /48", () => {
  assert.equal(maskAddress("203.0.113.77"), "203.0.x.x");
  assert.equal(maskAddress("::ffff:203.0.113.77"), "203.0.x.x");
  assert.equal(maskAddress("2001:db8:4a:1::7"), "2001:db8:4a::/48");
});

Deno.test("what is no address stays as it is", () => {
  assert.equal(maskAddress("unknown"), "unknown");
  assert.equal(maskAddress(""), "");
});
