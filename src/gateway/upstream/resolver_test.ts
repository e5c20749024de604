import assert from "node:assert/strict";
import { ManualClock } from "../../core/clock.ts";
import { type Lookup, Resolver } from "./resolver.ts";

/** A lookup that answers when it is told to. */
function heldLookup() {
  const asked: { name: string; done: Parameters<Lookup>[1] }[] = [];
  const lookup: Lookup = (name, done) => void asked.push({ name, done });
  return { asked, lookup };
}

Deno.test("questions at once share one lookup, and its answer is pinned for a while", () => {
  const clock = new ManualClock();
  const { asked, lookup } = heldLookup();
  const resolver = new Resolver(clock, lookup);
  const heard: (readonly string[])[] = [];
  const hear = (_error: Error | null, addresses: readonly string[]) => void heard.push(addresses);
  resolver.resolve("app.test", hear);
  resolver.resolve("app.test", hear);
  assert.equal(asked.length, 1);
  asked[0]!.done(null, ["10.0.0.1"]);
  clock.advance(29_000);
  resolver.resolve("app.test", hear);
  assert.deepEqual(heard, [["10.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]]);
  assert.equal(asked.length, 1);
  clock.advance(2_000);
  resolver.resolve("app.test", hear);
  assert.equal(asked.length, 2);
});

Deno.test("a failure is remembered for a second, an empty answer is one", () => {
  const clock = new ManualClock();
  const { asked, lookup } = heldLookup();
  const resolver = new Resolver(clock, lookup);
  const errors: string[] = [];
  const hear = (error: Error | null) => void errors.push(error!.message);
  resolver.resolve("app.test", hear);
  asked[0]!.done(null, []);
  resolver.resolve("app.test", hear);
  assert.deepEqual(errors, ["app.test has no address", "app.test has no address"]);
  clock.advance(1_001);
  resolver.resolve("app.test", hear);
  asked[1]!.done(new Error("no such name"), []);
  assert.equal(errors[2], "no such name");
});

Deno.test("a forgotten name is asked for again, one being looked up is not", () => {
  const { asked, lookup } = heldLookup();
  const resolver = new Resolver(new ManualClock(), lookup);
  const ignore = () => {};
  resolver.resolve("app.test", ignore);
  resolver.forget("app.test");
  resolver.resolve("app.test", ignore);
  assert.equal(asked.length, 1);
  asked[0]!.done(null, ["10.0.0.1"]);
  resolver.forget("app.test");
  resolver.resolve("app.test", ignore);
  assert.equal(asked.length, 2);
});

Deno.test("the number of names is bounded", () => {
  const { asked, lookup } = heldLookup();
  const resolver = new Resolver(new ManualClock(), lookup);
  for (let i = 0; i < 2_000; i++) {
    resolver.resolve(`n${i}.test`, () => {});
    asked[i]!.done(null, ["10.0.0.1"]);
  }
  resolver.resolve("n1999.test", () => {});
  assert.equal(asked.length, 2_000, "the latest is known");
  resolver.resolve("n0.test", () => {});
  assert.equal(asked.length, 2_001, "the oldest is not");
});
