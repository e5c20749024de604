import assert from "node:assert/strict";
import fc from "fast-check";
import type { BodyFailure, BodySink, BodySource } from "../../core/body.ts";
import { HeaderList } from "../../core/header_list.ts";
import { RequestBody } from "./request_body.ts";

/** A codec in a test's hand: what is pushed arrives at once unless it was paused. */
class ScriptedSource implements BodySource {
  readonly length: number | null;
  sink: BodySink | null = null;
  paused = false;

  constructor(length: number | null = null) {
    this.length = length;
  }

  start(sink: BodySink): void {
    this.sink = sink;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

/** A target that notes what it gets, and pauses before each chunk where told to. */
class Target implements BodySink {
  readonly got: number[] = [];
  ended = false;
  trailers: HeaderList | null = null;
  failure: BodyFailure | null = null;

  data(chunk: Uint8Array): void {
    this.got.push(...chunk);
  }
  end(trailers: HeaderList | null): void {
    assert.equal(this.ended, false, "the end comes once");
    this.trailers = trailers;
    this.ended = true;
  }
  fail(failure: BodyFailure): void {
    this.failure = failure;
  }
}

function bodyOver(source: BodySource, events: string[] = [], room = { left: 1_000 }): RequestBody {
  return new RequestBody(source, {
    tooLarge: () => void events.push("too large"),
    received: () => {},
    failedWhileHeld: (failure) => void events.push(`held: ${failure.kind}`),
    takeRoom: (bytes) => {
      if (room.left < bytes) return false;
      room.left -= bytes;
      return true;
    },
    giveRoom: (bytes) => void (room.left += bytes),
    noRoom: () => void events.push("no room"),
  });
}

Deno.test("a held body is judged as a whole and then flows unchanged", () => {
  const source = new ScriptedSource();
  const body = bodyOver(source);
  const seen: [number[], boolean][] = [];
  body.hold(100, (held, complete) => seen.push([[...held], complete]));
  source.sink!.data(Uint8Array.of(1, 2));
  source.sink!.data(Uint8Array.of(3));
  source.sink!.end(null);
  assert.deepEqual(seen, [[[1, 2, 3], true]]);
  const target = new Target();
  body.start(target);
  assert.deepEqual([target.got, target.ended, body.heldBytes], [[1, 2, 3], true, 0]);
});

Deno.test("a body over the limit is judged by its beginning, paused meanwhile, and watched afterwards", () => {
  const source = new ScriptedSource();
  const body = bodyOver(source);
  let complete: boolean | null = null;
  body.hold(3, (_held, all) => complete = all);
  source.sink!.data(Uint8Array.of(1, 2, 3, 4));
  assert.equal(complete, false);
  assert.ok(source.paused);
  const windows: number[][] = [];
  body.inspect = (chunk) => windows.push([...chunk]) > 0;
  body.inspectEnd = () => windows.push([]) > 0;
  const target = new Target();
  body.start(target);
  assert.ok(!source.paused);
  source.sink!.data(Uint8Array.of(5));
  source.sink!.end(null);
  assert.deepEqual([target.got, target.ended, windows], [[1, 2, 3, 4, 5], true, [[5], []]]);
});

Deno.test("[SECURITY] the read that crosses the limit may bring the end: then it is judged as a whole", () => {
  const source = new ScriptedSource(6);
  const body = bodyOver(source);
  let complete: boolean | null = null;
  body.hold(3, (_held, all) => complete = all);
  source.sink!.data(Uint8Array.of(1, 2));
  source.sink!.data(Uint8Array.of(3, 4, 5, 6));
  assert.equal(complete, true);
});

Deno.test("what the inspection refuses never reaches the target, nor does anything after it", () => {
  const source = new ScriptedSource();
  const body = bodyOver(source);
  body.inspect = (chunk) => chunk[0] !== 9;
  const target = new Target();
  body.start(target);
  for (const byte of [1, 9, 2]) source.sink!.data(Uint8Array.of(byte));
  source.sink!.end(null);
  assert.deepEqual([target.got, target.ended], [[1], false]);
});

Deno.test("what arrives while the target cannot take it is judged all the same, and in its turn", () => {
  const source = new ScriptedSource();
  const body = bodyOver(source);
  const windows: number[][] = [];
  body.hold(1, () => void (body.inspect = (chunk) => windows.push([...chunk]) > 0 && chunk[0] !== 9));
  source.sink!.data(Uint8Array.of(1, 2));
  // A codec may hand over what it had read already before it heard of the pause.
  source.sink!.data(Uint8Array.of(3));
  const target = new Target();
  body.start(target);
  body.pause();
  source.sink!.data(Uint8Array.of(4));
  source.sink!.data(Uint8Array.of(9, 5));
  body.resume();
  assert.deepEqual([windows, target.got], [[[3], [4], [9, 5]], [1, 2, 3]]);
});

Deno.test("the end of a body of declared length is judged before its last byte passes", () => {
  for (const passes of [true, false]) {
    const source = new ScriptedSource(3);
    const body = bodyOver(source);
    const target = new Target();
    let ends = 0;
    body.inspect = () => true;
    body.inspectEnd = () => (ends++, passes);
    body.start(target);
    source.sink!.data(Uint8Array.of(1));
    source.sink!.data(Uint8Array.of(2, 3));
    source.sink!.end(null);
    assert.deepEqual([target.got, target.ended, ends], [passes ? [1, 2, 3] : [1], passes, 1]);
  }
});

Deno.test("trailers reach the target but for those that a head may not bring either", () => {
  const source = new ScriptedSource();
  const body = bodyOver(source);
  const target = new Target();
  body.start(target);
  source.sink!.end(HeaderList.from([["digest", "x"], ["X-Forwarded-For", "::1"], ["x_aegis_user", "root"]]));
  assert.deepEqual([...target.trailers!.entries()], [["digest", "x"]]);
});

Deno.test("room for held bytes is taken as they come and given back once, however the body ends", () => {
  const ends: Record<string, (source: ScriptedSource, body: RequestBody) => void> = {
    judged: (source) => source.sink!.end(null),
    "too long to be held": (source) => source.sink!.data(new Uint8Array(60)),
    "too large": (source, body) => (body.maxBytes = 50, source.sink!.data(new Uint8Array(20))),
    "client gone": (source, body) => {
      source.sink!.fail({ kind: "gone", detail: "reset" });
      body.stop();
    },
    "client gone while the held part is judged": (source, body) => {
      body.keepBack();
      source.sink!.data(new Uint8Array(60));
      body.stop();
      body.handOn();
    },
    "no room": (source) => source.sink!.data(new Uint8Array(2_000)),
  };
  for (const [name, end] of Object.entries(ends)) {
    const source = new ScriptedSource(5_000);
    const room = { left: 1_000 };
    const events: string[] = [];
    const body = bodyOver(source, events, room);
    body.hold(99, () => {});
    assert.equal(room.left, 1_000, "what is declared holds no room");
    source.sink!.data(new Uint8Array(40));
    assert.equal(room.left, 960);
    end(source, body);
    body.stop();
    assert.equal(room.left, 1_000, name);
    if (name === "no room") assert.deepEqual(events, ["no room"]);
  }
});

Deno.test("what comes while the held part is judged waits, and is then judged with the end that it brings", () => {
  const source = new ScriptedSource(7);
  const room = { left: 1_000 };
  const body = bodyOver(source, [], room);
  const judged: number[][] = [];
  body.hold(3, () => body.keepBack());
  source.sink!.data(Uint8Array.of(1, 2, 3, 4));
  for (const late of [Uint8Array.of(5), Uint8Array.of(6, 7)]) source.sink!.data(late);
  source.sink!.end(null);
  assert.deepEqual([room.left, body.heldBytes], [996, 7], "the room stays taken");
  body.alsoInspect((chunk) => judged.push([...chunk]) > 0, () => judged.push([]) > 0);
  body.handOn();
  assert.deepEqual([judged, room.left], [[[5, 6, 7], []], 1_000]);
  const target = new Target();
  body.start(target);
  assert.deepEqual([target.got, target.ended, body.heldBytes], [[1, 2, 3, 4, 5, 6, 7], true, 0]);
});

Deno.test("[SECURITY] what came while the held part was judged, and is refused, reaches no target", () => {
  const source = new ScriptedSource();
  const body = bodyOver(source);
  body.hold(3, () => body.keepBack());
  source.sink!.data(Uint8Array.of(1, 2, 3, 4));
  source.sink!.data(Uint8Array.of(9));
  body.alsoInspect((chunk) => chunk[0] !== 9, () => true);
  body.handOn();
  const target = new Target();
  body.start(target);
  assert.deepEqual([target.got, target.ended, body.heldBytes], [[], false, 0]);
});

Deno.test("more bytes than the host admits stop the body, held or flowing", () => {
  for (const hold of [true, false]) {
    const source = new ScriptedSource();
    const events: string[] = [];
    const body = bodyOver(source, events);
    body.maxBytes = 4;
    const target = new Target();
    if (hold) body.hold(100, () => assert.fail("it is never judged"));
    else body.start(target);
    source.sink!.data(Uint8Array.of(1, 2, 3));
    source.sink!.data(Uint8Array.of(4, 5));
    source.sink!.end(null);
    assert.deepEqual([events, target.ended, body.heldBytes], [["too large"], false, 0]);
  }
});

Deno.test("a client that fails while its body is held is told to the watch, while it flows to the target", () => {
  const events: string[] = [];
  const held = new ScriptedSource();
  bodyOver(held, events).hold(10, () => assert.fail("it is never judged"));
  held.sink!.fail({ kind: "timeout", detail: "slow" });
  assert.deepEqual(events, ["held: timeout"]);
  const flowing = new ScriptedSource();
  const target = new Target();
  bodyOver(flowing, events).start(target);
  flowing.sink!.fail({ kind: "gone", detail: "reset" });
  assert.equal(target.failure?.kind, "gone");
});

Deno.test("whatever the chunks, the hold limit and the pauses, the target gets the same bytes and one end", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { maxLength: 12 }),
    fc.option(fc.nat(40)),
    fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    (chunks, holdLimit, pauses) => {
      const source = new ScriptedSource();
      const body = bodyOver(source);
      const target = new Target();
      let started = false;
      const start = () => {
        started = true;
        body.start(target);
      };
      if (holdLimit === null) start();
      else body.hold(holdLimit, () => {});
      chunks.forEach((chunk, i) => {
        source.sink!.data(chunk);
        if (!started && source.paused) start();
        if (!started) return;
        if (pauses[i]) body.pause();
        else body.resume();
      });
      source.sink!.end(null);
      if (!started) start();
      body.resume();
      assert.deepEqual(target.got, chunks.flatMap((chunk) => [...chunk]));
      assert.ok(target.ended);
    },
  ));
});
