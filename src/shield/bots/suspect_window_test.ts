import assert from "node:assert/strict";
import { parseAddress } from "../../lib/ip.ts";
import { SuspectWindow } from "./suspect_window.ts";

const CLIENT = parseAddress("192.0.2.1")!;
const BROWSER = 1;
const PROGRAM = 2;

Deno.test("a program is suspected with its first request and with every further one", () => {
  const window = new SuspectWindow();
  for (let i = 0; i < 1_000; i++) assert.equal(window.suspects(CLIENT, PROGRAM, 5, i * 100), true);
});

Deno.test("a browser's fingerprint never crosses the line, however many requests and clients share it", () => {
  const window = new SuspectWindow();
  for (let i = 0; i < 100_000; i++) {
    const client = parseAddress(`198.51.${i & 255}.${(i >> 8) & 255}`)!;
    assert.equal(window.suspects(client, BROWSER, 3, i), false);
  }
});

Deno.test("an odd request of a browser is outvoted by its others", () => {
  const window = new SuspectWindow();
  for (let i = 0; i < 5; i++) window.suspects(CLIENT, BROWSER, 0, i);
  assert.equal(window.suspects(CLIENT, BROWSER, 5, 10), false);
});

Deno.test("a program behind the same address, even under the browser's name, does not make the browser suspicious", () => {
  const window = new SuspectWindow();
  for (let i = 0; i < 1_000; i++) {
    window.suspects(CLIENT, PROGRAM, 6, i);
    window.suspects(CLIENT, BROWSER, 6, i);
    assert.equal(window.suspects(CLIENT, BROWSER, 0, i), false);
  }
});

Deno.test("what was before the window no longer speaks for a client", () => {
  const window = new SuspectWindow();
  for (let i = 0; i < 100; i++) window.suspects(CLIENT, BROWSER, 0, i);
  assert.equal(window.suspects(CLIENT, BROWSER, 5, 45_000), false, "the half before still counts");
  assert.equal(window.suspects(CLIENT, BROWSER, 5, 200_000), true);
});

Deno.test("addresses of one IPv6 network are one client", () => {
  const window = new SuspectWindow();
  for (let i = 0; i < 5; i++) window.suspects(parseAddress("2001:db8::1")!, BROWSER, 0, 0);
  assert.equal(window.suspects(parseAddress("2001:db8::2")!, BROWSER, 5, 0), false);
  assert.equal(window.suspects(parseAddress("2001:db8:0:1::2")!, BROWSER, 5, 0), true);
});
