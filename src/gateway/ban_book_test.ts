import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import type { Ban } from "../core/snapshot.ts";
import { parseAddress } from "../lib/ip.ts";
import { BanBook } from "./ban_book.ts";

function ban(network: string, expiresAt: number | null, id = network): Ban {
  return { id, network, hostId: null, expiresAt, reason: "x", origin: "operator" };
}

function book(clock: ManualClock, bans: readonly Ban[], previous: BanBook | null = null): BanBook {
  return new BanBook(bans, [], null, clock, previous);
}

const isBanned = (book: BanBook, clock: ManualClock, address: string) =>
  book.find(parseAddress(address)!, clock) !== null;

Deno.test("a ban ends by itself, and one that has no end does not", () => {
  const clock = new ManualClock();
  const bans = book(clock, [ban("192.0.2.1", clock.now() + 1_000), ban("2001:db8:0:1::/64", null)]);
  assert.ok(isBanned(bans, clock, "192.0.2.1"));
  assert.ok(!isBanned(bans, clock, "192.0.2.2"));
  clock.advance(1_000);
  assert.ok(!isBanned(bans, clock, "192.0.2.1"));
  assert.ok(isBanned(bans, clock, "2001:db8:0:1:ffff::9"));
  assert.ok(!isBanned(bans, clock, "2001:db8:0:2::9"));
});

Deno.test("a clock that jumps neither frees the banned nor bans for longer, also when a snapshot comes after it", () => {
  for (const jump of [86_400_000, -86_400_000]) {
    const clock = new ManualClock();
    const known = ban("192.0.2.1", clock.now() + 60_000);
    let bans = book(clock, [known]);
    clock.jump(jump);
    assert.ok(isBanned(bans, clock, "192.0.2.1"));
    bans = book(clock, [{ ...known }, ban("192.0.2.2", null)], bans);
    clock.advance(59_999);
    assert.ok(isBanned(bans, clock, "192.0.2.1"));
    clock.advance(1);
    assert.ok(!isBanned(bans, clock, "192.0.2.1"));
  }
});

Deno.test("of two bans for one network the one that lasts longer speaks, and a narrower one that is over does not hide a wider", () => {
  const clock = new ManualClock();
  const now = clock.now();
  const bans = book(clock, [
    ban("192.0.2.1", now + 1_000, "short"),
    ban("192.0.2.1", now + 9_000, "long"),
    ban("192.0.2.0/24", null, "wide"),
  ]);
  const idOf = () => bans.find(parseAddress("192.0.2.1")!, clock)?.id;
  clock.advance(2_000);
  assert.equal(idOf(), "long");
  clock.advance(8_000);
  assert.equal(idOf(), "wide");
});
