import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";
import { type RoomUser, WriteRoom } from "./write_room.ts";

/** A socket that keeps what is written as the kernel and a stream do, and says that `waits` bytes wait after each write. */
function socketThat(waits: number, options: { encrypted?: boolean; waitsBefore?: number } = {}) {
  const written: Uint8Array[] = [];
  const socket = {
    writableLength: options.waitsBefore ?? 0,
    ...(options.encrypted === undefined ? {} : { encrypted: options.encrypted }),
    write(chunk: Uint8Array) {
      // What does not wait is the kernel's, which has a copy.
      written.push(waits === 0 ? Buffer.copyBytesFrom(chunk) : chunk);
      socket.writableLength = waits;
      return waits === 0;
    },
  };
  return { socket, said: () => written.map((chunk) => Buffer.from(chunk).toString("latin1")) };
}

/** A user of `room` that sends to its own socket when the turn ends. */
function userOf(room: WriteRoom, waits = 0, options: Parameters<typeof socketThat>[1] = {}) {
  const { socket, said } = socketThat(waits, options);
  const user: RoomUser = { start: 0, length: 0, turnEnds: () => void room.send(user, socket) };
  const say = (text: string) => {
    room.text(user, text);
    room.later(user);
  };
  const add = (chunk: Uint8Array) => {
    room.bytes(user, chunk);
    room.later(user);
  };
  return { user, socket, said, say, add };
}

const turnsEnd = () => new Promise<void>((resolve) => setImmediate(resolve));

Deno.test("all that was gathered in a turn leaves at its end, each user's in one piece", async () => {
  const room = new WriteRoom();
  const a = userOf(room);
  const b = userOf(room);
  a.say("one ");
  b.say("eins ");
  a.add(Buffer.from("two "));
  a.say("three");
  b.add(Buffer.from("zwei"));
  assert.deepEqual([a.said(), b.said()], [[], []]);
  await turnsEnd();
  assert.deepEqual(a.said(), ["one two three"]);
  assert.deepEqual(b.said(), ["eins zwei"]);
  b.say("drei");
  await turnsEnd();
  assert.deepEqual(b.said(), ["eins zwei", "drei"]);
});

Deno.test("a message with holes is copied with its texts in them, each time with others", async () => {
  const room = new WriteRoom();
  const { user, said, say } = userOf(room);
  const message = Buffer.from("id: ..., [...] <..>\n");
  const holes = { starts: [4, 10, 16], texts: [0, 0, 1] };
  say("before ");
  room.filled(user, message, holes, ["abc", "xy"]);
  room.filled(user, message, holes, ["def", "zz"]);
  await turnsEnd();
  assert.deepEqual(said(), ["before id: abc, [abc] <xy>\nid: def, [def] <zz>\n"]);
  assert.equal(message.toString(), "id: ..., [...] <..>\n");
});

Deno.test("a full room ends the turn early and loses nothing", () => {
  const room = new WriteRoom();
  const users = [userOf(room), userOf(room), userOf(room)];
  const expected = users.map(() => "");
  for (let i = 0; i < 60; i++) {
    const text = `${i}:`.padEnd(1 + (i * 397) % 9_000, String.fromCharCode(97 + i % 26));
    users[i % 3]!.say(text);
    expected[i % 3] += text;
  }
  room.flush();
  users.forEach(({ said }, i) => assert.ok(said().join("") === expected[i], `what user ${i} said`));
});

Deno.test("one message may fill the room", () => {
  const room = new WriteRoom();
  const small = userOf(room);
  const large = userOf(room);
  small.say("before");
  large.add(new Uint8Array(WriteRoom.MESSAGE_BYTES).fill(0x78));
  room.flush();
  assert.deepEqual(small.said(), ["before"]);
  assert.ok(large.said().join("") === "x".repeat(WriteRoom.MESSAGE_BYTES));
});

Deno.test("what waits in the socket is never written over", () => {
  for (const options of [{}, { encrypted: true }, { waitsBefore: 3 }]) {
    const room = new WriteRoom();
    const slow = userOf(room, 5, options);
    slow.say("hello");
    room.flush();
    const other = userOf(room);
    other.say("XXXXX");
    room.flush();
    assert.deepEqual(slow.said(), ["hello"], JSON.stringify(options));
  }
});

Deno.test("a user that sends before the turn ends goes on gathering", async () => {
  const room = new WriteRoom();
  const a = userOf(room);
  a.say("first");
  room.send(a.user, a.socket);
  a.say("second");
  await turnsEnd();
  assert.deepEqual(a.said(), ["first", "second"]);
});

Deno.test("byte strings are written byte for byte, ASCII or not, short or long", () => {
  const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
  for (const text of ["", "GET / HTTP/1.1\r\n", "caf\u00e9", all, all.repeat(40), "a".repeat(9_000)]) {
    for (const before of ["", "before "]) {
      const room = new WriteRoom();
      const user = userOf(room);
      user.say(before);
      user.say(text);
      room.flush();
      assert.equal(user.said().join(""), before + text);
    }
  }
});

Deno.test("a long text of bytes above ASCII leaves what others have gathered as it is", async () => {
  const room = new WriteRoom();
  const a = userOf(room);
  const b = userOf(room);
  a.say("GET /mine HTTP/1.1\r\n\r\n");
  b.say("\xff".repeat(4_200) + "GET /forged HTTP/1.1\r\n\r\n".repeat(100));
  await turnsEnd();
  assert.deepEqual(a.said(), ["GET /mine HTTP/1.1\r\n\r\n"]);
  assert.deepEqual(b.said(), ["\xff".repeat(4_200) + "GET /forged HTTP/1.1\r\n\r\n".repeat(100)]);
});
