import assert from "node:assert/strict";
import { cardNumberMatcher } from "./card_number.ts";

/** Numbers that the schemes publish for tests. */
const CARDS = [
  "4111111111111111",
  "4111 1111 1111 1111",
  "4111-1111-1111-1111",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "3782 822463 10005",
  "6011111111111117",
  "3530111333300000",
  "30569309025904",
  "6304000000000000",
  "6200000000000005",
];
const OTHERS = [
  "4111111111111112",
  "4111 1111-1111 1111",
  "41111111111111111111",
  "id4111111111111111",
  "4111111111111111.5",
  "4111111111111111-22",
  "0.4111111111111111",
  "1763849200123",
  "9999999999999995",
  "0000000000000000",
  "4444444444444444",
];

Deno.test("numbers of cards are told from other long numbers", () => {
  for (const card of CARDS) {
    assert.deepEqual(cardNumberMatcher.find(`no. ${card}, 12/30`), [4, 4 + card.length], card);
  }
  for (const other of OTHERS) assert.equal(cardNumberMatcher.find(`no. ${other}, 12/30`), null, other);
});

Deno.test("a card behind other numbers is found", () => {
  const text = "4111111111111112 and then 4111111111111111";
  assert.deepEqual(cardNumberMatcher.find(text), [26, 42]);
});
