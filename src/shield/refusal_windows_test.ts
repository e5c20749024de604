import assert from "node:assert/strict";
import { parseAddress } from "../lib/ip.ts";
import { createRefusalWindows, type RefusalStep, RefusalWindows, WINDOW_MS } from "./refusal_windows.ts";

const START = 1_700_000_000_000;
const CLIENT = parseAddress("192.0.2.1")!;

function make(clients = 64) {
  const windows = new RefusalWindows(createRefusalWindows(clients));
  return {
    windows,
    /** `times` refusals in the window with this number; what each was. */
    refuse(window: number, times: number, client = CLIENT): RefusalStep[] {
      return Array.from({ length: times }, (_, i) => windows.refused(client, START + window * WINDOW_MS + i));
    },
  };
}

Deno.test("five refusals in each of three windows in a row are a flood, said once, at the last of them", () => {
  const { refuse } = make();
  assert.equal(refuse(0, 7).includes("flood"), false);
  assert.equal(refuse(1, 5).includes("flood"), false);
  assert.deepEqual(refuse(2, 6).slice(4), ["flood", "counted"]);
});

Deno.test("a window with four refusals breaks the row", () => {
  const { refuse } = make();
  refuse(0, 5);
  refuse(1, 4);
  assert.equal(refuse(2, 9).includes("flood"), false);
  assert.equal(refuse(3, 9).includes("flood"), false);
  assert.equal(refuse(4, 9).includes("flood"), true);
});

Deno.test("a quiet window breaks the row", () => {
  const { refuse } = make();
  refuse(0, 100);
  refuse(1, 100);
  assert.equal(refuse(3, 100).includes("flood"), false);
});

Deno.test("who goes on after a flood needs three full windows again", () => {
  const { refuse } = make();
  for (const window of [0, 1]) refuse(window, 5);
  assert.ok(refuse(2, 5).includes("flood"));
  assert.equal(refuse(3, 5).includes("flood"), false);
  assert.equal(refuse(4, 5).includes("flood"), false);
  assert.ok(refuse(5, 5).includes("flood"));
});

Deno.test("clients are counted apart, an IPv6 client by its /64", () => {
  const { refuse } = make();
  const [one, same, other] = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"].map((text) =>
    parseAddress(text)!
  );
  for (const window of [0, 1, 2]) {
    assert.equal(refuse(window, 3, one).includes("flood"), false);
    assert.equal(refuse(window, 4, other).includes("flood"), false);
    assert.equal(refuse(window, 2, same).includes("flood"), window === 2);
  }
});

Deno.test("a time that goes back makes no flood of windows that were told already", () => {
  const { refuse } = make();
  refuse(5, 5);
  refuse(6, 5);
  assert.equal(refuse(5, 5).includes("flood"), false);
  assert.equal(refuse(4, 5).includes("flood"), false);
});

Deno.test("clients that were quiet for a window are forgotten, and no others", () => {
  const { windows, refuse } = make();
  for (let i = 0; i < 10; i++) refuse(i < 5 ? 0 : 1, 1, [0, 0, 0xffff, i]);
  const sweep = (window: number) => windows.sweep(0, 1, START + window * WINDOW_MS);
  sweep(1);
  assert.equal(windows.held(), 10);
  sweep(2);
  assert.equal(windows.held(), 5);
  sweep(3);
  assert.equal(windows.held(), 0);
});

Deno.test("a full table forgets who was refused least, and counts it", () => {
  const { windows, refuse } = make(64);
  refuse(0, 5);
  refuse(1, 5);
  for (let i = 0; i < 2_000; i++) refuse(2, 1, [0, 0, 0xffff, i]);
  assert.ok(refuse(2, 5).includes("flood"), "who floods is remembered among those who came once");
  assert.ok(windows.evicted() >= 2_000 - 64);
});
