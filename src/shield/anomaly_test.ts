import assert from "node:assert/strict";
import { AnomalyWindow } from "./anomaly.ts";
import { HighLoad } from "./high_load.ts";

/** After `windows` windows of about `rps`, with a little noise. */
function learned(rps: number, windows = 30): AnomalyWindow {
  const window = new AnomalyWindow();
  for (let i = 0; i < windows; i++) assert.equal(window.add(rps + (i % 2 === 0 ? 1 : -1) * rps * 0.1), null);
  return window;
}

Deno.test("there is no verdict before thirty windows", () => {
  const window = learned(10, 29);
  assert.equal(window.usual, null);
  assert.equal(window.add(10_000), null);
  assert.equal(window.isUnderAttack, false);
});

Deno.test("far more than usual is an attack, and three calm windows end it", () => {
  const window = learned(10);
  assert.ok(Math.abs(window.usual! - 10) < 1);
  assert.equal(window.add(100), "began");
  assert.equal(window.isUnderAttack, true);
  assert.deepEqual([window.add(12), window.add(9), window.add(11)], [null, null, "ended"]);
  assert.equal(window.isUnderAttack, false);
});

Deno.test("a calm window or two between two floods end nothing: it does not flap", () => {
  const window = learned(10);
  assert.equal(window.add(100), "began");
  for (let i = 0; i < 20; i++) {
    assert.deepEqual([window.add(10), window.add(10), window.add(200)], [null, null, null]);
    assert.equal(window.isUnderAttack, true);
  }
});

Deno.test("an attack that lasts does not become the usual", () => {
  const window = learned(10);
  window.add(1_000);
  for (let i = 0; i < 500; i++) window.add(1_000);
  assert.ok(Math.abs(window.usual! - 10) < 1);
  assert.equal(window.isUnderAttack, true);
});

Deno.test("ten requests a second, five times the mean, and three deviations: each alone is not enough", () => {
  assert.equal(learned(0.1).add(9.9), null, "under ten requests a second");
  assert.equal(learned(0.1).add(10), "began");
  assert.equal(learned(100).add(499), null, "under five times the mean");
  const wild = new AnomalyWindow();
  for (let i = 0; i < 60; i++) wild.add(i % 4 === 0 ? 60 : 0);
  const usual = wild.usual!;
  assert.ok(usual > 10 && usual < 20);
  assert.equal(wild.add(usual * 5 + 1), null, "within three deviations of a site with such waves");
  assert.equal(wild.add(200), "began");
});

Deno.test("growth from window to window, within the factor, is learned", () => {
  const window = learned(10);
  let rps = 10;
  for (let i = 0; i < 40; i++) assert.equal(window.add(rps *= 1.1), null);
  assert.ok(rps > 400);
});

Deno.test("a host without requests is never under attack", () => {
  const window = new AnomalyWindow();
  for (let i = 0; i < 100; i++) assert.equal(window.add(0), null);
  assert.equal(window.add(9), null);
  assert.equal(
    window.add(11),
    "began",
    "the first visitors of a silent host come at once: challenged, not refused",
  );
});

Deno.test("an attack ends where nothing is judged any more", () => {
  const window = learned(10);
  window.add(100);
  assert.equal(window.rest(), "ended");
  assert.equal(window.rest(), null);
});

Deno.test("two hundred requests in flight for five seconds are high load, and half of them end it", () => {
  const load = new HighLoad();
  assert.equal(load.look(200, 0), false);
  assert.equal(load.look(300, 4_999), false);
  assert.equal(load.look(200, 5_000), true);
  assert.equal(load.isHigh, true);
  assert.deepEqual([load.look(101, 6_000), load.isHigh], [false, true]);
  assert.deepEqual([load.look(100, 7_000), load.isHigh], [true, false]);
});

Deno.test("a peak that falls within five seconds is no high load", () => {
  const load = new HighLoad();
  load.look(500, 0);
  load.look(199, 4_000);
  assert.equal(load.look(500, 5_000), false);
  assert.equal(load.look(500, 9_999), false);
  assert.equal(load.look(500, 10_000), true);
});
