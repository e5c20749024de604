import assert from "node:assert/strict";
import { Behaviour, type Sign } from "./behaviour.ts";

const START = Date.UTC(2026, 0, 1);

interface Asked {
  readonly path: string;
  /** Milliseconds after the start of the minute. */
  readonly at: number;
  readonly status?: number;
  readonly type?: string;
}

/** What one minute of these requests shows. */
function signsOf(asked: readonly Asked[]): readonly Sign[] {
  const behaviour = new Behaviour();
  for (const { path, at, status = 200, type = "text/html; charset=utf-8" } of asked) {
    behaviour.note("192.0.2.1", { at: START + at, path, status, contentType: type, isGoodBot: false });
  }
  assert.deepEqual(behaviour.judge(START + 59_000), []);
  const found = behaviour.judge(START + 60_000);
  assert.equal(behaviour.clients, 0);
  return found[0]?.signs ?? [];
}

function times<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}

/** Uneven, as people are. */
function jitter(i: number): number {
  return (i * 7_919) % 900;
}

Deno.test("who goes through a site like a clock, without an image, is noticed", () => {
  assert.deepEqual(signsOf(times(60, (i) => ({ path: `/page/${i}`, at: i * 1_000 }))), [
    "breadth",
    "bare",
    "regular",
  ]);
});

Deno.test("who asks for what is not there, over and over, is noticed", () => {
  const scan = times(200, (i) => ({ path: `/backup-${i}.zip`, at: i * 200 + jitter(i) / 10, status: 404 }));
  assert.deepEqual(signsOf(scan).slice(0, 2), ["errors", "breadth"]);
});

Deno.test("a person who reads documentation is not, with all images in the cache", () => {
  assert.deepEqual(signsOf(times(25, (i) => ({ path: `/docs/${i}`, at: i * 2_300 + jitter(i) }))), []);
  const skimming = times(40, (i) => ({ path: `/docs/${i % 18}`, at: i * 1_400 + jitter(i) }));
  assert.deepEqual(signsOf(skimming), []);
});

Deno.test("a phone on bad Wi-Fi is not: it breaks off and asks again", () => {
  const pages = times(
    12,
    (i) => ({ path: `/feed/${i % 4}`, at: i * 4_000 + jitter(i), status: i % 3 === 0 ? 0 : 200 }),
  );
  const images = times(160, (i) => ({
    path: `/img/${i % 40}.webp`,
    at: i * 350 + jitter(i),
    status: i % 4 === 0 ? 0 : i % 9 === 0 ? 408 : 200,
    type: "image/webp",
  }));
  assert.deepEqual(signsOf([...pages, ...images].sort((a, b) => a.at - b.at)), []);
});

Deno.test("applications are not: polling, an interface's data, a page with broken images, a monitor", () => {
  const polling = times(60, (i) => ({ path: "/live/rows", at: i * 1_000 }));
  assert.deepEqual(signsOf(polling), []);
  const data = times(300, (i) => ({ path: `/api/items/${i}`, at: i * 100, type: "application/json" }));
  assert.deepEqual(signsOf(data), []);
  const broken = times(80, (i) => ({ path: `/old/${i}.jpg`, at: i * 20, status: 404 }));
  assert.deepEqual(signsOf([{ path: "/gallery", at: 0 }, ...broken]), []);
  const turns = times(60, (i) => ({ path: i % 2 === 0 ? "/a" : "/b", at: i * 1_000 }));
  assert.deepEqual(signsOf(turns), [], "evenly, but only between two pages");
});

Deno.test("many people behind one address are not", () => {
  const everybody = times(150, (i) => ({ path: `/article/${(i * 31) % 90}`, at: i * 390 + jitter(i) }));
  const assets = times(600, (i) => ({ path: `/static/${i % 50}.css`, at: i * 95, type: "text/css" }));
  assert.deepEqual(signsOf([...everybody, ...assets].sort((a, b) => a.at - b.at)), []);
});

Deno.test("memory is bounded", () => {
  const behaviour = new Behaviour();
  for (let i = 0; i < 25_000; i++) {
    behaviour.note(`client ${i}`, {
      at: START,
      path: "/",
      status: 200,
      contentType: "text/html",
      isGoodBot: false,
    });
  }
  assert.equal(behaviour.clients, 20_000);
  behaviour.clear();
  assert.equal(behaviour.clients, 0);
});

Deno.test("an IPv6 client is its /64: addresses to choose from hide nobody", () => {
  const behaviour = new Behaviour();
  for (let i = 0; i < 60; i++) {
    const visit = { path: `/page/${i}`, status: 200, contentType: "text/html", isGoodBot: false };
    behaviour.note(`2001:db8:1:2::${i.toString(16)}`, { ...visit, at: START + i * 1_000 });
  }
  assert.equal(behaviour.clients, 1);
  assert.equal(behaviour.judge(START + 60_000)[0]?.client, "2001:db8:1:2::0");
});
