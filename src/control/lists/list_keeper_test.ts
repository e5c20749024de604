import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { AddressLists } from "../../core/address_list.ts";
import { CidrSet } from "../../lib/cidr_set.ts";
import { parseAddress } from "../../lib/ip.ts";
import { type MadeControl, makeControl } from "../../../tests/support/make_control.ts";
import { until } from "../../../tests/support/until.ts";

/** A server of lists in the test's hand. */
interface ListServer {
  readonly url: string;
  /** What it answers. */
  answer(request: Request): Response;
  readonly asked: Request[];
}

interface Setting extends MadeControl {
  readonly server: ListServer;
  /** What the gateways were given last; the name of the list that holds an address. */
  listOf(address: string): string | null;
  /** Makes a list of the server's, and fetches it. */
  subscribe(): Promise<string>;
  stateOf(id: string): Promise<{ state: string; entries: number; error: string; fetched_at: number | null }>;
}

async function withLists(run: (setting: Setting) => Promise<void>, dataDir?: string): Promise<void> {
  const shared: AddressLists[] = [];
  const made = await makeControl({
    ...(dataDir === undefined ? {} : { dataDir }),
    parts: { shareLists: (lists) => void shared.push(lists) },
  });
  const asked: Request[] = [];
  const server = {
    url: "",
    asked,
    answer: (_request: Request) => new Response("192.0.2.0/24\n2001:db8::/32\n"),
  };
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(request);
    return server.answer(request);
  });
  server.url = `http://127.0.0.1:${http.addr.port}/list.txt`;
  const { control } = made;
  try {
    for (const { id } of await made.do("lists.list", {})) {
      await made.do("lists.update", { id, enabled: false });
    }
    control.lists.start();
    await run({
      ...made,
      server,
      listOf(address) {
        const { set, lists } = shared.at(-1)!;
        const place = set === null ? -1 : new CidrSet(set).find(parseAddress(address)!);
        return place < 0 ? null : lists[place]!.name;
      },
      async subscribe() {
        const { id } = await made.do("lists.create", { name: "Own", url: server.url });
        await control.lists.refresh(id);
        return id;
      },
      stateOf: async (id) => (await made.do("lists.list", {})).find((each) => each.id === id)!,
    });
  } finally {
    await made.close(dataDir === undefined ? undefined : "keep");
    await http.shutdown();
  }
}

Deno.test("a list is fetched, its networks reach the gateways, and they leave with it", async () => {
  await withLists(async ({ subscribe, listOf, stateOf, do: perform }) => {
    const id = await subscribe();
    assert.deepEqual([listOf("192.0.2.9"), listOf("2001:db8::9"), listOf("203.0.113.9")], [
      "Own",
      "Own",
      null,
    ]);
    const { state, entries } = await stateOf(id);
    assert.deepEqual([state, entries], ["fresh", 2]);
    await perform("lists.update", { id, enabled: false });
    assert.equal(listOf("192.0.2.9"), null);
    await perform("lists.update", { id, enabled: true });
    assert.equal(listOf("192.0.2.9"), "Own");
    await perform("lists.delete", { id });
    assert.equal(listOf("192.0.2.9"), null);
  });
});

Deno.test("it is asked for by ETag and date, and what has not changed stays", async () => {
  await withLists(async ({ control, server, subscribe, listOf, stateOf }) => {
    const date = "Wed, 21 Oct 2026 07:28:00 GMT";
    server.answer = (request) =>
      request.headers.get("if-none-match") === '"v1"' && request.headers.get("if-modified-since") === date
        ? new Response(null, { status: 304 })
        : new Response("192.0.2.1\n", { headers: { etag: '"v1"', "last-modified": date } });
    const id = await subscribe();
    await control.lists.refresh(id);
    assert.equal(server.asked.length, 2);
    assert.deepEqual([listOf("192.0.2.1"), (await stateOf(id)).state], ["Own", "fresh"]);
  });
});

Deno.test("what does not parse, is empty or cannot be had keeps the last good state and says why, with line and date", async () => {
  await withLists(async ({ control, server, clock, subscribe, listOf, stateOf, logLines }) => {
    const id = await subscribe();
    const good = clock.now();
    const troubles: [() => Response, RegExp][] = [
      [() => new Response("192.0.2.7\n<html>\n"), /^line 2: "<html>" is no address or network$/],
      [() => new Response("# nothing today\n"), /^line 1: the list has no entries; the 2 of before stay$/],
      [() => new Response("gone", { status: 404 }), /answered 404$/],
      [() => Response.redirect("ftp://lists.example/x", 302), /is no address of a list$/],
    ];
    for (const [answer, why] of troubles) {
      clock.advance(60_000);
      server.answer = answer;
      await control.lists.refresh(id);
      const { state, entries, error, fetched_at } = await stateOf(id);
      assert.deepEqual([state, entries, fetched_at], ["stale", 2, good]);
      assert.match(error, why);
      assert.equal(listOf("192.0.2.9"), "Own");
    }
    await control.lists.refresh(id);
    assert.equal(logLines.filter((line) => line.includes("could not be fetched")).length, 4, "one a trouble");
    server.answer = () => new Response("203.0.113.9\n");
    await control.lists.refresh(id);
    assert.deepEqual([(await stateOf(id)).error, listOf("203.0.113.9")], ["", "Own"]);
  });
});

Deno.test("a database that takes nothing costs a list its news, and nobody the thread", async () => {
  await withLists(async ({ control, config, server, subscribe, listOf, stateOf, logLines }) => {
    const id = await subscribe();
    const database = new DatabaseSync(config.database_path);
    database.exec(
      `CREATE TRIGGER full BEFORE UPDATE ON address_lists BEGIN SELECT RAISE(FAIL, 'disk is full'); END`,
    );
    server.answer = () => new Response("203.0.113.9\n");
    await control.lists.refresh(id);
    server.answer = () => new Response("gone", { status: 404 });
    await control.lists.refresh(id);
    assert.equal(listOf("192.0.2.9"), "Own", "what was known stays in force");
    assert.equal(logLines.filter((line) => line.includes("could not be written")).length, 2);
    database.exec("DROP TRIGGER full");
    database.close();
    await control.lists.refresh(id);
    assert.match((await stateOf(id)).error, /answered 404$/);
  });
});

Deno.test("where no list was ever to be had, that is one quiet line", async () => {
  await withLists(async ({ control, server, do: perform, logLines }) => {
    server.answer = () => new Response("no way out", { status: 503 });
    for (const name of ["One", "Two"]) {
      const { id } = await perform("lists.create", { name, url: server.url });
      await control.lists.refresh(id);
      await control.lists.refresh(id);
    }
    const shown = logLines.map((line) => JSON.parse(line)).filter((line) => line.severity_text !== "DEBUG");
    assert.deepEqual(shown.map(({ severity_text, body }) => [severity_text, body]), [
      ["INFO", "an address list could not be fetched"],
    ]);
  });
});

Deno.test("an offline Aegis fetches a list when a person asks for it, and never of its own accord", async () => {
  await withLists(async ({ control, clock, server, do: perform, stateOf }) => {
    control.useConfig({ ...control.config, offline: true });
    const { id } = await perform("lists.create", { name: "Own", url: server.url });
    await until("it is fetched", async () => (await stateOf(id)).state === "fresh");
    clock.advance(10 * 86_400_000);
    await control.lists.fetchDue();
    assert.equal(server.asked.length, 1);
    control.useConfig({ ...control.config, offline: false });
    clock.advance(10 * 86_400_000);
    await control.lists.fetchDue();
    assert.equal(server.asked.length, 2);
  });
});

Deno.test("a kept list serves at once after a start, before anything is fetched", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  try {
    await withLists(async ({ subscribe }) => void await subscribe(), dataDir);
    const shared: AddressLists[] = [];
    const made = await makeControl({ dataDir, parts: { shareLists: (lists) => void shared.push(lists) } });
    made.control.lists.start();
    assert.equal(new CidrSet(shared[0]!.set!).size, 2);
    await made.close("keep");
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("[SECURITY] the rule for targets holds for lists, where they connect too", async () => {
  await withLists(async ({ control, do: perform, stateOf }) => {
    await perform("settings.update", { patch: { upstreams: { allow_private: false } } });
    // Who applies snapshots tells the client of it.
    control.transport.setAllowPrivate(false);
    const refused = (url: string) =>
      assert.rejects(perform("lists.create", { name: "x", url }), { code: "invalid_input" });
    await refused("http://169.254.169.254/latest");
    await refused("http://127.0.0.1:1/list");
    await refused("http://user:secret@lists.example/");
    await refused("file:///etc/passwd");
    const { id } = await perform("lists.create", { name: "x", url: "http://localhost:1/list" });
    await assert.rejects(perform("lists.create", { name: "X", url: "http://localhost:1/b" }), {
      code: "conflict",
    });
    await control.lists.refresh(id);
    assert.match((await stateOf(id)).error, /private|loopback|allow_private/);
  });
});

/** The part of a CrowdSec Local API that bouncers use. A stub: nothing of CrowdSec runs here. */
function localApi(key: string) {
  const ids = ["192.0.2.7", "203.0.113.0/24", "FR", "198.51.100.1", "198.51.100.7"];
  const decision = (value: string, over: Record<string, unknown> = {}) => ({
    id: ids.indexOf(value) + 1,
    origin: "crowdsec",
    scenario: "crowdsecurity/http-probing",
    scope: value.includes("/") ? "Range" : "Ip",
    type: "ban",
    duration: "3h59m50.5s",
    value,
    ...over,
  });
  const answers: Record<string, unknown> = {
    true: {
      new: [
        decision("192.0.2.7"),
        decision("203.0.113.0/24"),
        decision("FR", { scope: "Country" }),
        decision("198.51.100.1", { type: "captcha" }),
      ],
      deleted: null,
    },
    false: { new: [decision("198.51.100.7", { duration: "1m" })], deleted: [decision("192.0.2.7")] },
  };
  return (request: Request): Response => {
    const url = new URL(request.url);
    if (request.headers.get("x-api-key") !== key) return new Response("{}", { status: 403 });
    if (url.pathname !== "/v1/decisions/stream") return new Response("{}", { status: 404 });
    return Response.json(answers[url.searchParams.get("startup")!]);
  };
}

Deno.test("CrowdSec's decisions come as its bouncers get them: all, then what is new and what has ended", async () => {
  await withLists(async ({ control, clock, server, do: perform, stateOf, listOf }) => {
    server.answer = localApi("secret-of-the-bouncer");
    const url = new URL("/", server.url).href;
    const { id } = await perform("lists.create", {
      name: "Our CrowdSec",
      kind: "crowdsec",
      url,
      every_seconds: 60,
    });
    await control.lists.refresh(id);
    assert.match((await stateOf(id)).error, /no key/);
    await perform("lists.update", { id, key: "wrong" });
    await control.lists.refresh(id);
    assert.match((await stateOf(id)).error, /answered 403/);
    const shown = await perform("lists.update", { id, key: "secret-of-the-bouncer" });
    assert.ok(shown.has_key && !JSON.stringify(shown).includes("secret"));
    await control.lists.refresh(id);
    assert.deepEqual(["192.0.2.7", "203.0.113.9", "198.51.100.1"].map(listOf), [
      "Our CrowdSec",
      "Our CrowdSec",
      null,
    ]);
    await control.lists.refresh(id);
    assert.deepEqual(["192.0.2.7", "203.0.113.9", "198.51.100.7"].map(listOf), [
      null,
      "Our CrowdSec",
      "Our CrowdSec",
    ]);
    server.answer = () => Response.json({ new: null, deleted: null });
    clock.advance(61_000);
    await control.lists.refresh(id);
    assert.equal(listOf("198.51.100.7"), null, "a decision ends by itself");
  });
});

Deno.test("what is due is fetched by itself, and hits of lists and bans are counted", async () => {
  await withLists(async ({ control, server, do: perform, stateOf }) => {
    const { id } = await perform("lists.create", { name: "Own", url: server.url });
    await until("it is fetched", async () => (await stateOf(id)).state === "fresh");
    const ban = await perform("bans.create", { network: "203.0.113.9" });
    control.banHits.note([{ id, answered: 2, dropped: 5 }, { id: ban.id, answered: 1, dropped: 0 }]);
    control.banHits.note([{ id, answered: 1, dropped: 0 }]);
    const list = (await perform("lists.list", {})).find((each) => each.id === id)!;
    assert.deepEqual([list.answered, list.dropped], [3, 5]);
    assert.deepEqual((await perform("bans.list", {})).map((each) => each.answered), [1]);
  });
});
