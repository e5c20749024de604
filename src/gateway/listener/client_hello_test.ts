import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import { connect } from "node:tls";
import { Random } from "../../../tests/fuzz/random.ts";
import { MAX_HELLO_BYTES, readClientHello } from "./client_hello.ts";

/** What a real TLS client says first. */
async function captured(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const server = createServer((socket: Socket) => {
    socket.once("data", (first: Buffer) => {
      resolve(Buffer.from(first));
      socket.destroy();
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const client = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
  client.on("error", () => {});
  const bytes = await promise;
  client.destroy();
  await new Promise((done) => server.close(done));
  return bytes;
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}

function vector(lengthBytes: 1 | 2, ...content: Buffer[]): Buffer {
  const whole = Buffer.concat(content);
  return Buffer.concat([lengthBytes === 1 ? Buffer.from([whole.length]) : uint16(whole.length), whole]);
}

function extension(type: number, ...content: Buffer[]): Buffer {
  return Buffer.concat([uint16(type), vector(2, ...content)]);
}

function serverName(name: string): Buffer {
  return extension(0, vector(2, Buffer.from([0]), vector(2, Buffer.from(name, "latin1"))));
}

function protocols(...names: string[]): Buffer {
  return extension(16, vector(2, ...names.map((name) => vector(1, Buffer.from(name, "latin1")))));
}

function message(extensions: readonly Buffer[] | null, trailing = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([
    uint16(0x0303),
    Buffer.alloc(32, 7),
    vector(1),
    vector(2, uint16(0x1301)),
    vector(1, Buffer.from([0])),
    ...(extensions === null ? [] : [vector(2, ...extensions)]),
    trailing,
  ]);
  return Buffer.concat([
    Buffer.from([1, body.length >> 16, (body.length >> 8) & 255, body.length & 255]),
    body,
  ]);
}

function record(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x16, 3, 1]), vector(2, content)]);
}

function records(content: Buffer, piece: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += piece) pieces.push(record(content.subarray(at, at + piece)));
  return Buffer.concat(pieces);
}

function hello(bytes: Buffer) {
  const read = readClientHello(bytes);
  if (read.kind !== "hello") assert.fail(JSON.stringify(read));
  const { serverName, alpn } = read.hello;
  return { serverName, alpn };
}

Deno.test("a real client's name and protocols are read, and what follows is left alone", async () => {
  const bytes = await captured({ servername: "Mail.Example.com", ALPNProtocols: ["imap", "h2"] });
  assert.deepEqual(hello(bytes), { serverName: "mail.example.com", alpn: ["imap", "h2"] });
  assert.deepEqual(hello(Buffer.concat([bytes, Buffer.from("anything")])).alpn, ["imap", "h2"]);
  assert.equal(hello(await captured({})).serverName, "");
});

Deno.test("it may come in records of any size, and in no more pieces than it has bytes", () => {
  const whole = message([serverName("a.test"), protocols("ssh")]);
  for (const piece of [1, 2, 3, 5, 100]) {
    const bytes = records(whole, piece);
    assert.deepEqual(hello(bytes), { serverName: "a.test", alpn: ["ssh"] });
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(readClientHello(bytes.subarray(0, length)).kind, "more", `${length} of ${bytes.length}`);
    }
  }
  assert.deepEqual(hello(record(message(null))), { serverName: "", alpn: [] });
});

Deno.test("what the RFCs forbid is refused", () => {
  const name = serverName("a.test");
  const wrong: readonly Buffer[] = [
    record(message([name, name])),
    record(message([name], Buffer.from([0]))),
    record(Buffer.concat([message([name]), Buffer.from([1])])),
    record(message([serverName("")])),
    record(message([serverName("a b")])),
    record(message([serverName("a\0.test")])),
    record(message([serverName(".test")])),
    record(message([extension(0, vector(2, Buffer.from([1]), vector(2, Buffer.from("a"))))])),
    record(
      message([extension(0, vector(2, Buffer.from([0]), vector(2, Buffer.from("a"))), Buffer.from([0]))]),
    ),
    record(message([extension(16, vector(2))])),
    record(message([extension(16, vector(2, vector(1)))])),
    record(message([extension(16, Buffer.from([0, 9, 1, 97]))])),
    record(Buffer.from([2, 0, 0, 0])),
    record(Buffer.from([1, 0, 0, 4, 3, 3, 0, 0])),
    record(Buffer.alloc(0)),
    Buffer.from([0x16, 2]),
    Buffer.from([0x17]),
    Buffer.concat([Buffer.from([0x16, 3, 1]), uint16(20_000)]),
    record(Buffer.from([1, 1, 0, 0])),
    Buffer.concat([record(message([name]).subarray(0, 9)), Buffer.from([0x15, 3, 1, 0, 2, 2, 0])]),
  ];
  for (const bytes of wrong) assert.equal(readClientHello(bytes).kind, "refused", bytes.toString("hex"));
});

Deno.test("mutated hellos: never a throw, never more held than the limit, the same verdict however they are cut", async () => {
  const random = new Random(20_261_123);
  const seeds = [
    await captured({ servername: "a.example.com", ALPNProtocols: ["http/1.1"] }),
    records(message([serverName("a.test"), protocols("ssh", "imap")]), 7),
    record(message(null)),
    record(message([extension(21, Buffer.alloc(MAX_HELLO_BYTES - 200))])),
  ];
  let read = 0;
  for (let i = 0; i < 6_000; i++) {
    const bytes = Buffer.concat([random.pick(seeds), Buffer.alloc(random.below(20))]);
    for (let n = random.below(4); n > 0; n--) {
      bytes[random.below(Math.min(bytes.length, 400))] = random.below(256);
    }
    const whole = readClientHello(bytes);
    let length = 0;
    let cut = readClientHello(bytes.subarray(0, 0));
    while (cut.kind === "more" && length < bytes.length) {
      length = Math.min(bytes.length, length + 1 + random.below(bytes.length > 1_000 ? 900 : 40));
      cut = readClientHello(bytes.subarray(0, length));
    }
    assert.equal(cut.kind, whole.kind, bytes.toString("hex"));
    if (whole.kind === "hello") {
      assert.deepEqual(cut, whole);
      read++;
    }
  }
  assert.ok(read > 1_000, `${read} were read`);
  const endless = records(Buffer.concat([Buffer.from([1, 0, 0x3f, 0xff]), Buffer.alloc(16_000)]), 1);
  assert.equal(readClientHello(endless.subarray(0, 2 * MAX_HELLO_BYTES + 1)).kind, "refused");
});

Deno.test("a hello in more records than anybody sends is refused, however short it is", () => {
  const whole = message([serverName("a.test"), extension(21, Buffer.alloc(900))]);
  assert.deepEqual(hello(records(whole, 2)).serverName, "a.test");
  const bytes = records(whole, 1);
  assert.equal(readClientHello(bytes.subarray(0, 512 * 6)).kind, "more");
  assert.equal(readClientHello(bytes.subarray(0, 513 * 6)).kind, "refused");
});

Deno.test("a record that is longer than its ClientHello is refused, even before the rest of it has come", async () => {
  const bytes = await captured({ servername: "a.test" });
  bytes.writeUInt16BE(bytes.readUInt16BE(3) + 4, 3);
  assert.equal(readClientHello(bytes).kind, "refused");
});

Deno.test("a server name with a colon is an IPv6 address or refused", () => {
  const read = (name: string) => {
    const list = vector(2, Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name, "latin1"))]));
    const body = Buffer.concat([
      Buffer.from([3, 3]),
      Buffer.alloc(32),
      vector(1),
      vector(2, Buffer.from([0x13, 0x01])),
      vector(1, Buffer.from([0])),
      vector(2, extension(0, list)),
    ]);
    const message = Buffer.concat([Buffer.from([1, 0]), vector(2, body)]);
    return readClientHello(Buffer.concat([Buffer.from([0x16, 3, 1]), vector(2, message)]));
  };
  const address = read("2001:db8::1");
  assert.equal(address.kind === "hello" && address.hello.serverName, "2001:db8::1");
  for (const name of ["a:\x1b[2J\r\nb", "shop:example.com", ":\0"]) {
    assert.equal(read(name).kind, "refused", JSON.stringify(name));
  }
});
