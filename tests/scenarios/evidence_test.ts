/** Whole refused requests, from the socket to the replay: what is kept, where, for how long, and what it is good for. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AegisError } from "../../src/core/errors.ts";
import { startAegis } from "../support/aegis_process.ts";
import { ask } from "../support/http_client.ts";
import { runCli } from "../support/run_cli.ts";
import { until } from "../support/until.ts";

const PASSWORD = "correct-horse-battery";
const ATTACK = "1' UNION SELECT name, password FROM users--";
const FORM = new URLSearchParams({ comment: ATTACK, reply: ATTACK, password: PASSWORD }).toString();

function startTarget() {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    await request.arrayBuffer();
    return new Response("taken");
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

Deno.test("a refused request is kept sealed, replayed, and exceptions are tried on it before they are made", async (t) => {
  await using cleanUp = new AsyncDisposableStack();
  const target = startTarget();
  cleanUp.defer(() => target.close());
  const aegis = await startAegis({ workers: 1 });
  cleanUp.defer(async () => assert.equal(await aegis.stop(), 0));
  const add = (domain: string, mode: "detect" | "enforce", evidence: "off" | number) =>
    aegis.perform("hosts.create", {
      host: { domains: [domain], targets: [{ url: target.url }], waf: { mode, learned: "off" }, evidence },
    });
  const shop = await add("shop.test", "enforce", 24);
  await add("shy.test", "enforce", "off");
  await add("new.test", "detect", 1);

  const post = (host: string, path = "/comments") =>
    ask({
      port: aegis.httpPort,
      host,
      method: "POST",
      path,
      headers: { "content-type": "application/x-www-form-urlencoded", cookie: "sid=very-secret-session" },
      body: FORM,
    });
  const rowOf = (host: string) =>
    until(`a row of ${host}`, async () => {
      const { rows } = await aegis.perform("traffic.query", { host, limit: 1 });
      return rows[0] ?? null;
    });
  const keptOf = (id: string) =>
    until("the request is kept", async () => {
      const row = await aegis.perform("traffic.get", { id });
      return row.evidence === null ? null : row;
    });

  assert.equal((await post("shop.test")).status, 403);
  const { id } = await rowOf("shop.test");

  await t.step("it is shown with its secrets by their shape, and lies in no file in the clear", async () => {
    const row = await keptOf(id);
    assert.equal(row.evidence?.body_lacks, "nothing");
    assert.equal(row.evidence!.until - row.at, 24 * 3_600_000);
    const shown = await aegis.perform("traffic.evidence", { id });
    assert.equal(shown.method, "POST");
    assert.match(shown.body!, /UNION\+SELECT/);
    assert.match(shown.body!, /password=aaaaaaa-aaaaa-aaaaaaa/);
    const all = JSON.stringify([shown, row, await aegis.perform("traffic.query", { limit: 50 })]);
    for (const secret of [PASSWORD, "very-secret-session"]) assert.equal(all.includes(secret), false, secret);
    for await (const { name, isFile } of Deno.readDir(aegis.dataDir)) {
      if (!isFile) continue;
      const bytes = await Deno.readFile(join(aegis.dataDir, name));
      const text = new TextDecoder("latin1").decode(bytes);
      for (const secret of [PASSWORD, "very-secret-session"]) {
        assert.equal(text.includes(secret), false, name);
      }
    }
  });

  await t.step("replay finds the same; in the terminal too", async () => {
    const result = await aegis.perform("traffic.replay", { id });
    assert.equal(result.verdict, "blocked");
    assert.deepEqual([result.gone, result.fresh], [[], []]);
    const shown = await aegis.perform("traffic.evidence", { id });
    const answers = { "traffic.replay": result, "traffic.evidence": shown };
    const cli = await runCli(["log", "replay", id, "--show"], answers);
    assert.equal(cli.code, 0, cli.err);
    assert.match(cli.out, /now: +blocked[^]*POST \/comments/);
  });

  await t.step(
    "where nothing is to be kept nothing is; in mode detect what enforce would refuse is",
    async () => {
      assert.equal((await post("shy.test")).status, 403);
      assert.equal((await post("new.test")).status, 200);
      assert.notEqual((await keptOf((await rowOf("new.test")).id)).evidence, null);
      assert.equal((await aegis.perform("traffic.get", { id: (await rowOf("shy.test")).id })).evidence, null);
      const why = await aegis.perform("traffic.replay", { id: (await rowOf("shy.test")).id }).catch((e) => e);
      assert.ok(why instanceof AegisError || /not kept/.test(String(why)), String(why));
    },
  );

  await t.step(
    "an exception that leaves part of it open is refused by replay, one that covers it is made",
    async () => {
      const { findings } = await aegis.perform("traffic.replay", { id });
      const rules = [...new Set(findings.map(({ rule_id }) => rule_id))];
      const exception = (rule_id: string, targets: string[]) => ({
        rule_id,
        host_id: shop.id,
        path: "/comments",
        targets,
        request_id: id,
      });
      const narrow = await aegis.perform("exceptions.create", exception(rules[0]!, ["args:comment"])).catch((
        e,
      ) => e);
      assert.match(String(narrow), /args:reply/);
      const targets = ["args:comment", "args:reply"];
      const preview = await aegis.perform("exceptions.preview", {
        request_id: id,
        exceptions: rules.map((rule_id) => ({ rule_id, host_id: shop.id, path: "/comments", targets })),
      });
      assert.deepEqual([preview.by, preview.before.refused, preview.after], ["replay", true, {
        score: 0,
        refused: false,
      }]);
      let last: readonly string[] = [];
      for (const rule of rules) {
        const made = await aegis.perform("exceptions.create", exception(rule, targets));
        assert.equal(made.verified_by, "replay");
        last = made.still_refused_by;
      }
      assert.deepEqual(last, []);
      assert.equal((await post("shop.test")).status, 200);
      assert.equal((await post("shop.test", "/elsewhere")).status, 403);
      const now = await aegis.perform("traffic.replay", { id });
      assert.deepEqual([now.verdict, now.gone.toSorted()], ["allowed", rules.toSorted()]);
    },
  );

  await t.step("a back-test sees in it what the log does not hold", async () => {
    const result = await aegis.perform("rules.backtest", {
      rule: `id: battery
name: Battery
why: A test.
severity: high
targets: [body]
match: { regex: 'battery' }
`,
      days: 1,
    });
    assert.ok(result.seen_whole >= 2, `${result.seen_whole}`);
    assert.equal(result.matched >= 2, true);
    assert.deepEqual(result.unseen_targets, ["body"]);
  });

  await t.step("switched off, what was kept is gone", async () => {
    const { version } = await aegis.perform("hosts.get", { id: shop.id });
    await aegis.perform("hosts.update", { id: shop.id, version, host: { evidence: "off" } });
    assert.equal((await aegis.perform("traffic.get", { id })).evidence, null);
    await aegis.perform("hosts.update", { id: shop.id, host: { evidence: 24 } });
    assert.equal((await aegis.perform("traffic.get", { id })).evidence, null);
  });
});
