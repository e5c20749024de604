import assert from "node:assert/strict";
import { visit } from "../../tests/support/admin_visit.ts";

const CSRF = "csrf-of-the-fixture";

Deno.test("the limits card sends only what was changed, and says what no number is at its field", async () => {
  await visit({}, true, async ({ post, fixture }) => {
    const sent = () => fixture.calls.findLast(({ name }) => name === "settings.update")?.input;
    const before = { l7_rate_limit: "100", l7_burst_limit: "150" };
    assert.equal((await post("/shield/limits", { csrf: CSRF, ...before })).status, 303);
    assert.equal(sent(), undefined);
    await post("/shield/limits", { csrf: CSRF, ...before, l7_rate_limit: "0" });
    assert.deepEqual(sent(), { patch: { l7_rate_limit: 0 } });
    const refused = await post("/shield/limits", { csrf: CSRF, ...before, l7_burst_limit: "many" });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /value="many"/);
    assert.match(refused.text, /is not a whole number/);
  });
});

Deno.test("a client is looked up by its address, with what moved its reputation, and begins anew by a click", async () => {
  await visit({}, true, async ({ get, post, fixture }) => {
    assert.match((await get("/shield")).text, /2001:db8:abcd:12::\/64/);
    assert.match((await get("/shield?client=203.0.113.66")).text, /failed a challenge/);
    assert.match((await get("/shield?client=192.0.2.9")).text, /Nothing is known of 192\.0\.2\.9/);
    const wrong = await get("/shield?client=nonsense%21");
    assert.equal(wrong.status, 200);
    assert.match(wrong.text, /value="nonsense!"/);
    assert.equal(
      wrong.text.match(/Is no address/g)?.length,
      1,
      "at the field that it was typed into, and nowhere else",
    );
    const reset = await post("/shield/reputation/reset", { csrf: CSRF, address: "203.0.113.66" });
    assert.equal(reset.status, 303);
    const call = fixture.calls.findLast(({ name }) => name === "reputation.reset");
    assert.deepEqual(call!.input, { id: "203.0.113.66" });
  });
});

Deno.test("a viewer sees reputations, and no button to forget one", async () => {
  await visit({ role: "viewer" }, true, async ({ get }) => {
    const { text } = await get("/shield");
    assert.match(text, /refused by rules/);
    assert.doesNotMatch(text, /reputation\/reset/);
  });
});

Deno.test("a new rate rule begins with a preset", async () => {
  await visit({}, true, async ({ get }) => {
    const page = await get("/hosts/h-wiki/rate-rules?add=search");
    assert.match(page.text, /name="rate_rules\.2\.name"[^>]*value="search"/);
    assert.match(page.text, /path contains search/);
    const plain = await get("/hosts/h-wiki/rate-rules?add=nothing-known");
    assert.doesNotMatch(plain.text, /rate_rules\.2\./);
  });
});
