import assert from "node:assert/strict";
import { parseAddress } from "../../lib/ip.ts";
import { GoodBots } from "./good_bots.ts";

const NOW = 1_700_000_000_000;
const AGENT = "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)";
const NONE = new Map();

function asks(bots: GoodBots, client: string, now = NOW): boolean {
  return bots.isGood(parseAddress(client)!, AGENT, NONE, now);
}

Deno.test("who says to be a crawler is looked at once, and is one for a day when that is confirmed", () => {
  const bots = new GoodBots();
  assert.equal(asks(bots, "192.0.2.1"), false);
  assert.equal(asks(bots, "192.0.2.1"), false);
  const claims = bots.takeClaims();
  assert.deepEqual(claims.map(({ client, bot }) => [client, bot]), [["192.0.2.1", "YandexBot"]]);
  bots.told({ key: claims[0]!.key, isGood: true }, NOW);
  assert.equal(asks(bots, "192.0.2.1"), true);
  assert.equal(bots.isGood(parseAddress("192.0.2.1")!, "Googlebot/2.1", NONE, NOW), false, "another crawler");
  assert.equal(asks(bots, "192.0.2.1", NOW + 86_400_001), false);
});

Deno.test("[SECURITY] a confirmed crawler is not forgotten for all those who only say to be one", () => {
  const bots = new GoodBots();
  asks(bots, "192.0.2.1");
  bots.told({ key: bots.takeClaims()[0]!.key, isGood: true }, NOW);
  for (let i = 0; i < 10_000; i++) {
    asks(bots, `11.${i >> 8}.${i & 255}.1`);
    for (const { key } of bots.takeClaims()) bots.told({ key, isGood: false }, NOW);
  }
  assert.equal(asks(bots, "192.0.2.1"), true);
});
