import assert from "node:assert/strict";
import { ReceiveWindow } from "./receive_window.ts";

Deno.test("a window is announced again when half of it was taken", () => {
  const window = new ReceiveWindow(100, 100);
  assert.ok(window.use(100));
  assert.ok(!window.use(1));
  const fresh = new ReceiveWindow(100, 100);
  fresh.use(100);
  assert.equal(fresh.give(49, true), 0);
  assert.equal(fresh.give(1, true), 50);
  assert.ok(fresh.use(50));
  assert.ok(!fresh.use(1));
});

Deno.test("a window grows while all is taken at once, up to its limit, and never below what was announced", () => {
  const window = new ReceiveWindow(100, 350);
  let announced = 100;
  let used = 0;
  for (let i = 0; i < 50; i++) {
    const bytes = Math.min(40, announced - used);
    assert.ok(bytes > 0, "the client may always go on");
    assert.ok(window.use(bytes));
    used += bytes;
    announced += window.give(bytes, true);
    assert.ok(announced - used <= 350);
  }
  assert.ok(announced - used > 100);
});

Deno.test("what is held keeps a window from growing", () => {
  const window = new ReceiveWindow(100, 1_000);
  window.use(100);
  assert.equal(window.give(100, false), 100);
});
