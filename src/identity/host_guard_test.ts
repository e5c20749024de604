import assert from "node:assert/strict";
import { isOwnHost } from "./host_guard.ts";

Deno.test("own names and addresses are answered, foreign names are not", () => {
  const names = ["localhost", "aegis.example"];
  for (const own of ["localhost", "LOCALHOST", "aegis.example.", "127.0.0.1", "[::1]", "192.168.1.7"]) {
    assert.equal(isOwnHost(own, names), true, own);
  }
  for (
    const foreign of [
      "evil.example",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "",
      "0x7f000001.evil",
    ]
  ) {
    assert.equal(isOwnHost(foreign, names), false, foreign);
  }
});
