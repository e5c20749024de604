import assert from "node:assert/strict";
import { makeControl, person } from "../../../tests/support/make_control.ts";
import { refreshBotLists } from "./bot_list_watch.ts";

const NEW_RANGE = "198.51.100.0/24";
/** As Google publishes it. */
const GOOGLE = JSON.stringify({
  creationTime: "2026-11-01T15:00:00.000000",
  prefixes: [
    ...Array.from({ length: 60 }, (_, i) => ({ ipv4Prefix: `192.0.${i}.0/24` })),
    { ipv4Prefix: NEW_RANGE },
    { ipv6Prefix: "2001:db8:1::/64" },
  ],
});

function sent(made: Awaited<ReturnType<typeof makeControl>>) {
  return made.sent.at(-1)!.publishedBots;
}

Deno.test("gateways have the networks that came with Aegis, then those that were fetched", async () => {
  const asked: string[] = [];
  const made = await makeControl({
    parts: {
      fetchText: (url) => {
        asked.push(url);
        return Promise.resolve(GOOGLE);
      },
    },
  });
  try {
    const before = await made.do("bots.lists", {});
    assert.deepEqual(
      before.lists.map(({ name, entries, taken_at }) => [name, entries > 0, taken_at]),
      [["google", true, null], ["bing", true, null], ["apple", true, null], ["duckduckgo", false, null], [
        "ai",
        false,
        null,
      ]],
    );
    const after = await made.do("bots.take_list", { name: "google" });
    assert.deepEqual(asked, ["https://developers.google.com/static/search/apis/ipranges/googlebot.json"]);
    assert.equal(after.lists[0]!.entries, 62);
    assert.ok(sent(made).networks["Googlebot"]!.includes(NEW_RANGE));
    assert.ok(sent(made).networks["Bingbot"]!.includes("157.55.39.0/24"));
    const reset = await made.do("bots.reset_list", { name: "google" });
    assert.deepEqual(reset.lists[0], before.lists[0]);
    assert.ok(!sent(made).networks["Googlebot"]!.includes(NEW_RANGE));
  } finally {
    await made.close();
  }
});

Deno.test("a list that does not parse, has shrunk or cannot be fetched leaves the last good one, and says why", async () => {
  let answer = () => Promise.resolve(GOOGLE);
  const made = await makeControl({ parts: { fetchText: () => answer() } });
  const refused = (message: RegExp) => (thrown: Error) => message.test(thrown.message);
  try {
    await made.do("bots.take_list", { name: "google" });
    const failures = [
      ["<html>", /line 1: "<html>" is no network/],
      ['{"prefixes":[{"ipv4Prefix":"10.0.0.0/4"}]}', /too wide/],
      [NEW_RANGE, /1 entries where there were 62/],
    ] as const;
    for (const [text, message] of failures) {
      answer = () => Promise.resolve(text);
      await assert.rejects(made.do("bots.take_list", { name: "google" }), refused(message));
      assert.match((await made.do("bots.lists", {})).lists[0]!.error, message);
    }
    answer = () => Promise.reject(new Error("nobody there"));
    await refreshBotLists(made.control);
    const [google, bing] = (await made.do("bots.lists", {})).lists;
    // Tried lately: it is not asked again so soon, the others were.
    assert.deepEqual([google!.entries, google!.error === "", bing!.error], [62, false, "nobody there"]);
  } finally {
    await made.close();
  }
});

Deno.test("names of AI crawlers are taken from a file by an admin, and an operator's own word stands over them", async () => {
  const made = await makeControl();
  try {
    const text = "AI2Bot\naiHitBot\nMozilla\n";
    await assert.rejects(made.do("bots.take_list", { name: "ai", text }, person("operator")), /role admin/);
    await assert.rejects(made.do("bots.take_list", { name: "ai" }), /no address is set/);
    const { ai } = await made.do("bots.take_list", { name: "ai", text });
    assert.deepEqual(ai.crawlers, ["ai2bot", "aihitbot"]);
    assert.deepEqual(sent(made).ai.crawlers, ["ai2bot", "aihitbot"]);
    const kindOf = async (agent: string) =>
      (await made.do("bots.explain", { headers: [`User-Agent: ${agent}`] })).agent?.kind;
    assert.equal(await kindOf("Mozilla/5.0 (compatible; AI2Bot/1)"), "ai");
    const agents = [{ text: "ai2bot", kind: "allowed" as const }, {
      text: "ccbot",
      kind: "allowed" as const,
    }];
    await made.do("settings.update", { patch: { bots: { agents } } });
    assert.equal(await kindOf("Mozilla/5.0 (compatible; AI2Bot/1)"), "allowed");
    assert.equal(await kindOf("CCBot/2.0"), "allowed");
  } finally {
    await made.close();
  }
});

Deno.test("offline nothing is asked of its own accord", async () => {
  const asked: string[] = [];
  const made = await makeControl({
    config: { offline: true },
    parts: {
      fetchText: (url) => {
        asked.push(url);
        return Promise.resolve(GOOGLE);
      },
    },
  });
  try {
    await refreshBotLists(made.control);
    assert.deepEqual(asked, []);
  } finally {
    await made.close();
  }
});
