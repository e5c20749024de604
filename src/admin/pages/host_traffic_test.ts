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

Deno.test("what enforcing would have refused is let pass by one click, as narrow as it was found, and taken back", async () => {
  await visit({}, true, async ({ fixture, get, post }) => {
    const page = await get("/hosts/h-wiki/protection");
    assert.match(page.text, /3 of 41,200 requests, from 2 clients, would have been refused/);
    assert.match(page.text, /12 more pass/);
    const action = /action="(\/hosts\/h-wiki\/readiness\/[^"]+\/except)"/.exec(page.text)![1]!;
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)![1]!;
    const done = await post(action, { csrf });
    assert.deepEqual([done.status, done.headers.get("location")], [303, "/hosts/h-wiki/protection"]);
    const inputs = (name: string) =>
      fixture.calls.filter((each) => each.name === name).map(({ input }) => input as Record<string, unknown>);
    const made = inputs("exceptions.create");
    assert.deepEqual(made.map(({ rule_id }) => rule_id), ["sqli-120", "cros-101"]);
    for (const each of made) {
      assert.equal(each.request_id, action.split("/")[4]);
      assert.ok(each.path !== undefined && (each.targets as string[]).length > 0);
    }
    assert.equal((await post("/rules/exceptions/take-back", { csrf, ids: "x2 x3" })).status, 303);
    assert.deepEqual(inputs("exceptions.delete"), [{ id: "x2" }, { id: "x3" }]);
  });
});
