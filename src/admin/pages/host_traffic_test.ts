import assert from "node:assert/strict";
import { visit } from "../../../tests/support/admin_visit.ts";

Deno.test("a canary is rolled back, let in again and promoted from its page; what is live comes as a fragment", async () => {
  await visit({}, true, async ({ fixture, get, post }) => {
    const page = await get("/hosts/h-wiki/canary");
    assert.match(page.text, /The canary was rolled back/);
    assert.match(page.text, /Let the canary in again/);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)![1]!;
    for (const verb of ["reset", "rollback", "promote"]) {
      const done = await post(`/hosts/h-wiki/canary/${verb}`, { csrf });
      assert.deepEqual([done.status, done.headers.get("location")], [303, "/hosts/h-wiki/canary"]);
      assert.equal(fixture.calls.at(-1)!.name, `hosts.canary_${verb}`);
    }
    for (const path of ["/hosts/h-wiki/canary/now", "/hosts/h-wiki/targets/now"]) {
      const now = await get(path, { "hx-request-type": "partial" });
      assert.equal(now.status, 200);
      assert.doesNotMatch(now.text, /<html/);
      assert.match(now.text, /hx-trigger="every 3s"/);
    }
  });
  await visit({ role: "viewer" }, true, async ({ get }) => {
    assert.doesNotMatch(
      (await get("/hosts/h-wiki/canary")).text,
      /Let the canary in again|Make the canaries/,
    );
  });
});
