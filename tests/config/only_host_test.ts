import assert from "node:assert/strict";
import { UNWATCHED_TARGETS } from "../../src/gateway/balancer/balancer.ts";
import { PRESETS } from "../../src/config/presets.ts";
import { onlyHost } from "../../src/config/short_form.ts";
import { publishAll } from "../../src/control/publish_all.ts";
import { compileSnapshot } from "../../src/gateway/compiled_snapshot.ts";
import { makeControl } from "../support/make_control.ts";

Deno.test("the host of --to answers for every name that no other host has", async () => {
  const only = onlyHost([{ url: "http://127.0.0.1:3000" }], PRESETS.standard.host, 0);
  const made = await makeControl({ config: { hosts: [only] } });
  try {
    const own = await made.do("hosts.create", {
      host: { domains: ["*.example.com"], targets: [{ url: "http://127.0.0.1:3001" }] },
    });
    await publishAll(made.control);
    const snapshot = made.sent.at(-1)!;
    const { findHost } = compileSnapshot(snapshot, null, UNWATCHED_TARGETS);
    for (const name of ["localhost", "192.0.2.7", "anything.test"]) {
      assert.equal(findHost(name)?.host.id, only.id);
    }
    assert.equal(findHost("shop.example.com")?.host.id, own.id);
    assert.ok(
      snapshot.certificates.every((pair) => !pair.names.includes("*")),
      "no certificate covers every name",
    );
  } finally {
    await made.close();
  }
});
