import assert from "node:assert/strict";
import type { BotAnswer } from "../../core/messages.ts";
import { addressesIn, GoodBotDesk, type NameServers, reverseName } from "./good_bot_desk.ts";

const CLAIM = { key: "k", client: "192.0.2.7", bot: "Googlebot" };

async function answersOf(servers: NameServers, claims = [CLAIM]): Promise<readonly BotAnswer[]> {
  const answers: BotAnswer[] = [];
  await new GoodBotDesk((some) => answers.push(...some), servers).look(claims);
  return answers;
}

function servers(names: readonly string[], addresses: readonly string[]): NameServers {
  return { namesOf: () => Promise.resolve(names), addressesOf: () => Promise.resolve(addresses) };
}

Deno.test("a crawler is good where its name is of its owner and leads back to it", async () => {
  const good = servers(["crawl-192-0-2-7.googlebot.com."], ["192.0.2.7"]);
  assert.deepEqual(await answersOf(good), [{ key: "k", isGood: true }]);
});

Deno.test("a name of somebody else, or one that leads elsewhere, is no proof", async () => {
  const forged: readonly NameServers[] = [
    servers(["googlebot.com.evil.test"], ["192.0.2.7"]),
    servers(["notgooglebot.com"], ["192.0.2.7"]),
    servers(["crawl.googlebot.com"], ["192.0.2.8"]),
    servers(["crawl.googlebot.com"], []),
    servers([], []),
  ];
  for (const each of forged) assert.deepEqual(await answersOf(each), [{ key: "k", isGood: false }]);
});

Deno.test("an address without a name is none, and silence is no answer", async () => {
  const none = { ...servers([], []), namesOf: () => Promise.reject(new Deno.errors.NotFound()) };
  assert.deepEqual(await answersOf(none), [{ key: "k", isGood: false }]);
  const silent = {
    ...servers([], []),
    namesOf: () => Promise.reject(new DOMException("late", "TimeoutError")),
  };
  assert.deepEqual(await answersOf(silent), []);
});

Deno.test("a name server that fails makes no crawler a liar; a name without addresses does", () => {
  const none = { status: "rejected", reason: new Deno.errors.NotFound() } as const;
  const broken = { status: "rejected", reason: new Error("SERVFAIL") } as const;
  const told = { status: "fulfilled", value: ["192.0.2.7"] } as const;
  assert.deepEqual(addressesIn([none, none]), []);
  assert.deepEqual(addressesIn([broken, told]), ["192.0.2.7"]);
  assert.throws(() => addressesIn([broken, none]), /SERVFAIL/);
});

Deno.test("only a few are looked at at once, each once, and unknown crawlers never", async () => {
  let asked = 0;
  const counting: NameServers = {
    ...servers([], []),
    namesOf: () => {
      asked++;
      return Promise.resolve([]);
    },
  };
  const many = Array.from({ length: 50 }, (_, i) => ({ ...CLAIM, key: `k${i}` }));
  assert.equal((await answersOf(counting, many)).length, 8);
  await answersOf(counting, [CLAIM, CLAIM, { ...CLAIM, key: "x", bot: "Nobody" }]);
  assert.equal(asked, 9);
});

Deno.test("addresses are asked for under their reverse names", () => {
  assert.equal(reverseName("192.0.2.7"), "7.2.0.192.in-addr.arpa");
  assert.equal(
    reverseName("2001:db8::1"),
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
  );
});
