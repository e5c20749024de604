import assert from "node:assert/strict";
import { peerAddressText } from "./peer_address.ts";

Deno.test("a peer has one name however it came in", () => {
  for (
    const [seen, text] of [
      ["192.0.2.1", "192.0.2.1"],
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["::FFFF:192.0.2.1", "192.0.2.1"],
      ["2001:DB8::1", "2001:db8::1"],
      ["fe80::1%eth0", "fe80::1"],
      [undefined, ""],
    ] as const
  ) assert.equal(peerAddressText(seen), text);
});
