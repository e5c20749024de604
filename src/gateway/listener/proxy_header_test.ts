import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Random } from "../../../tests/fuzz/random.ts";
import {
  MAX_PROXY_HEADER_BYTES,
  type ProxyHeader,
  readProxyHeader,
  V2_SIGNATURE,
  writeProxyHeader,
} from "./proxy_header.ts";

const V1 = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n";

function v2(command: number, family: number, body: Buffer | string, length?: number): Buffer {
  const content = Buffer.from(body as string, "hex");
  const fixed = Buffer.from([0x20 | command, family, 0, 0]);
  fixed.writeUInt16BE(length ?? content.length, 2);
  return Buffer.concat([V2_SIGNATURE, fixed, content]);
}

const INET = "c0000201c0000202dc0401bb";
const INET6 = "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "dc0401bb";

function header(bytes: Buffer | string): ProxyHeader {
  const read = readProxyHeader(Buffer.from(bytes as string, "latin1"));
  if (read.kind !== "header") assert.fail(`${read.kind}: ${JSON.stringify(read)}`);
  return read.header;
}

Deno.test("version 1 names both ends, and what follows is left alone", () => {
  assert.deepEqual(header(`${V1}GET / HTTP/1.1\r\n`), {
    length: V1.length,
    source: { address: "192.0.2.1", port: 56324 },
    destination: { address: "192.0.2.2", port: 443 },
  });
  const longest = `PROXY TCP6 ${"ffff:".repeat(7)}ffff ${"ffff:".repeat(7)}ffff 65535 65535\r\n`;
  assert.equal(header(longest).source?.port, 65_535);
  assert.deepEqual(header("PROXY UNKNOWN\r\n"), { length: 15, source: null, destination: null });
  assert.equal(header("PROXY UNKNOWN ffff:: whatever\r\n").source, null);
});

Deno.test("version 2: IPv4, IPv6, LOCAL, UNSPEC, unix, and extensions that are skipped", () => {
  assert.deepEqual(header(v2(1, 0x11, INET)), {
    length: 28,
    source: { address: "192.0.2.1", port: 56324 },
    destination: { address: "192.0.2.2", port: 443 },
  });
  assert.equal(header(v2(1, 0x21, INET6)).source?.address, "2001:db8::1");
  assert.equal(header(v2(1, 0x11, INET + "040001ff" + "2000050102030405")).length, 40);
  for (
    const bytes of [
      v2(0, 0x11, INET),
      v2(0, 0, ""),
      v2(0, 0xff, "aabb"),
      v2(1, 0, "aa"),
      v2(1, 0x31, "00".repeat(216)),
    ]
  ) {
    assert.deepEqual(header(bytes), { length: bytes.length, source: null, destination: null });
  }
});

Deno.test("what is no header, or not exactly one, is refused", () => {
  const wrong: readonly (string | Buffer)[] = [
    "GET / HTTP/1.1\r\n",
    "\x16\x03\x01",
    "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
    "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
    "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
    "PROXY TCP4 ::1 ::1 1 2\r\n",
    "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY UNKNOWNX\r\n",
    "PROXY " + "x".repeat(101),
    v2(2, 0x11, INET),
    v2(1, 0x12, INET),
    v2(1, 0x41, INET),
    v2(1, 0x13, INET),
    v2(1, 0x11, INET.slice(2)),
    v2(1, 0x11, INET + "0400"),
    v2(1, 0x11, INET + "0400ff00"),
    v2(1, 0x11, INET, MAX_PROXY_HEADER_BYTES),
    Buffer.concat([V2_SIGNATURE, Buffer.from([0x11])]),
  ];
  for (const bytes of wrong) {
    const read = readProxyHeader(Buffer.from(bytes as string, "latin1"));
    assert.equal(read.kind, "refused", JSON.stringify(bytes.toString()));
  }
});

Deno.test("a datagram's header is version 2 for datagrams", () => {
  assert.equal(readProxyHeader(v2(1, 0x12, INET), "datagram").kind, "header");
  assert.equal(readProxyHeader(v2(1, 0x11, INET), "datagram").kind, "refused");
  assert.equal(readProxyHeader(Buffer.from(V1), "datagram").kind, "refused");
});

Deno.test("what is written is read back, mixed families as IPv6", () => {
  const v4 = { address: "192.0.2.1", port: 1 };
  const v6 = { address: "2001:db8::1", port: 65_535 };
  for (const version of ["v1", "v2"] as const) {
    for (const [source, destination] of [[v4, v4], [v6, v6], [v4, v6], [v6, v4]] as const) {
      const bytes = writeProxyHeader(version, source, destination);
      assert.deepEqual(header(bytes.toString("latin1")), { length: bytes.length, source, destination });
    }
  }
});

Deno.test("mutated headers: never a throw, never more held than the limit, and the same verdict however they are cut", () => {
  const random = new Random(20_261_122);
  const seeds = [
    Buffer.from(V1),
    Buffer.from("PROXY UNKNOWN x\r\n"),
    v2(1, 0x11, INET + "2000050102030405"),
    v2(1, 0x21, INET6),
    v2(0, 0, ""),
    v2(1, 0x31, "00".repeat(216)),
  ];
  let headers = 0;
  for (let i = 0; i < 30_000; i++) {
    const bytes = Buffer.concat([random.pick(seeds), Buffer.alloc(random.below(600))]);
    for (let n = random.below(3); n > 0; n--) bytes[random.below(60) % bytes.length] = random.below(256);
    const whole = readProxyHeader(bytes);
    // Byte by byte: the first verdict other than "more" must be the whole's, and must come in time.
    let cut = readProxyHeader(bytes.subarray(0, 0));
    let length = 0;
    while (cut.kind === "more" && length < bytes.length) cut = readProxyHeader(bytes.subarray(0, ++length));
    assert.equal(cut.kind, whole.kind, bytes.toString("hex"));
    if (cut.kind === "more") assert.ok(length < MAX_PROXY_HEADER_BYTES);
    else assert.ok(length <= MAX_PROXY_HEADER_BYTES);
    if (whole.kind !== "header") continue;
    headers++;
    assert.deepEqual(cut, whole);
    assert.equal(whole.header.length, length);
  }
  assert.ok(headers > 3_000, `${headers} read as headers`);
});
