import assert from "node:assert/strict";
import { AegisError } from "../../core/errors.ts";
import { makeControl } from "../../../tests/support/make_control.ts";
import { withTraffic } from "../../../tests/support/with_traffic.ts";

const RULE = `id: own-1
name: No teapots
why: We do not brew here.
match: { regex: 'teapot' }
targets: [path, args, cookies]
`;

Deno.test("a back-test counts what a rule would have found, and names what the log cannot show it", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const day = 86_400_000;
    log(
      { target: "/shop?q=teapot", client: "192.0.2.1" },
      { target: "/teapot", client: "192.0.2.2", action: "blocked", status: 403, reason: "waf" },
      { target: "/teapot?q=detected", client: "192.0.2.2", action: "detected" },
      { target: "/shop" },
      { target: "/teapot", at: made.clock.now() - 9 * day },
    );
    const result = await made.do("rules.backtest", { rule: RULE });
    assert.deepEqual(
      [result.requests, result.matched, result.matched_allowed, result.clients, result.complete],
      [4, 3, 2, 2, true],
    );
    assert.deepEqual(result.unseen_targets, ["args (of bodies, or with secret-looking names)", "cookies"]);
    assert.deepEqual(result.samples.map((each) => each.target).sort(), [
      "/shop?q=teapot",
      "/teapot",
      "/teapot?q=detected",
    ]);
    assert.equal((await made.do("rules.backtest", { rule: RULE, days: 30 })).matched, 4);
    assert.equal((await made.do("rules.backtest", { rule: RULE, host: hostId })).requests, 4);
  });
});

Deno.test("a rule in force is back-tested by its id; one that is not there, or does not compile, is refused", async () => {
  await withTraffic(async ({ made, log }) => {
    log({ target: "/?id=1%20union%20select%20name%20from%20users--" });
    const id = made.control.rules.builtIn.find(({ rule }) => rule.family === "sql-injection")!.rule.id;
    assert.equal((await made.do("rules.backtest", { id })).rule_id, id);
    for (const input of [{ id: "nothing" }, { rule: RULE.replace("teapot'", "(?=a)'") }, {}]) {
      const failed = await made.do("rules.backtest", input).catch((thrown) => thrown);
      assert.ok(failed instanceof AegisError, JSON.stringify(input));
    }
  });
});

Deno.test("a rule set is sound, is imported in one step, and once", async () => {
  const made = await makeControl();
  try {
    const [set] = await made.do("rules.sets", {});
    assert.ok(set!.rules >= 35 && set!.imported === 0);
    const { imported } = await made.do("rules.import_set", { id: set!.id });
    assert.equal(imported, set!.rules);
    const again = await made.do("rules.import_set", { id: set!.id }).catch((thrown) => thrown);
    assert.ok(again instanceof AegisError && again.code === "conflict");
    await made.do("rules.delete", { id: "set-latex" });
    assert.deepEqual(await made.do("rules.import_set", { id: set!.id }), { imported: 1 });
    const tests = await made.do("rules.run_tests", {});
    assert.deepEqual(tests.failed, []);
    const { text } = await made.do("rules.export", { format: "json" });
    assert.equal((JSON.parse(text) as { rules: unknown[] }).rules.length, imported);
    for (const { rule } of made.store.customRules.list()) await made.do("rules.delete", { id: rule.id });
    assert.deepEqual(await made.do("rules.import", { text, format: "json" }), { imported, renamed: [] });
  } finally {
    await made.close();
  }
});
