import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readClientHello } from "../../src/gateway/listener/client_hello.ts";
import {
  MAX_PROXY_HEADER_BYTES,
  readProxyHeader,
  writeProxyHeader,
} from "../../src/gateway/listener/proxy_header.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { argument, report } from "./terminal.ts";

/**
 * Throws mutated bytes at what decides where a connection goes before anything else is known of it: the PROXY header and
 * the ClientHello. Neither reader ever throws; what they make of an input never depends on how much of it came at once.
 *
 *     deno run -A tests/fuzz/streams_fuzz.ts --seconds 30 [--seed 7]
 */

const CLIENT = { address: "192.0.2.1", port: 56_324 };
const SERVER = { address: "198.51.100.2", port: 443 };
const CLIENT6 = { address: "2001:db8::7", port: 1 };

const PROXY_SEEDS: readonly string[] = [
  ...[CLIENT, CLIENT6].flatMap((client) => [
    writeProxyHeader("v1", client, SERVER),
    writeProxyHeader("v2", client, SERVER),
    writeProxyHeader("v2", client, SERVER, "datagram"),
  ]).map((bytes) => bytes.toString("latin1")),
  "PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n",
  "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nSSH-2.0-x",
];

const HELLO_SEEDS: readonly string[] = [
  hello("imap.example.com", ["imap"], [1_000]),
  hello("shop.example.com", ["h2", "http/1.1"], [3, 40, 100]),
  hello("", [], [17]),
];

/** A ClientHello, its message cut into records of these sizes and one with the rest. */
function hello(name: string, alpn: readonly string[], records: readonly number[]): string {
  const list = (bytes: string, width: 1 | 2) =>
    (width === 1 ? "" : String.fromCharCode(bytes.length >> 8)) + String.fromCharCode(bytes.length & 255) +
    bytes;
  const extension = (type: number, content: string) => `\0${String.fromCharCode(type)}${list(content, 2)}`;
  const extensions = (name === "" ? "" : extension(0, list(`\0${list(name, 2)}`, 2))) +
    (alpn.length === 0 ? "" : extension(16, list(alpn.map((each) => list(each, 1)).join(""), 2))) +
    extension(43, list("\x03\x04", 1));
  const body = `\x03\x03${"r".repeat(32)}${list("", 1)}${list("\x13\x01\x13\x02", 2)}${list("\0", 1)}${
    list(extensions, 2)
  }`;
  let message = `\x01\0${list(body, 2)}`;
  let wire = "";
  for (const size of [...records, message.length]) {
    if (message !== "") wire += `\x16\x03\x01${list(message.slice(0, size), 2)}`;
    message = message.slice(size);
  }
  return wire;
}

/** The next mutated PROXY header of a run. */
export function nextProxyHeader(random: Random): string {
  return mutate(random.pick(PROXY_SEEDS), PROXY_SEEDS, random);
}

/** The next mutated ClientHello of a run. */
export function nextHello(random: Random): string {
  return mutate(random.pick(HELLO_SEEDS), HELLO_SEEDS, random);
}

/** Reads it as it comes, byte by byte. Returns what was made of it; throws where a reader is wrong. */
export function checkProxyHeader(text: string): "more" | "refused" | "header" {
  const bytes = Buffer.from(text, "latin1");
  const whole = readProxyHeader(bytes);
  const cut = firstVerdict(bytes, readProxyHeader);
  // The words of a refusal may differ: more of the line is known later.
  if (whole.kind === "refused") assert.equal(cut.read.kind, "refused");
  else assert.deepEqual(cut.read, whole);
  if (whole.kind === "more") assert.ok(bytes.length < MAX_PROXY_HEADER_BYTES, "held for ever");
  if (whole.kind === "header") {
    assert.equal(cut.at, whole.header.length, "the header ends where it is known to be whole");
    roundTrip(whole.header);
  }
  readProxyHeader(bytes, "datagram");
  return whole.kind;
}

/** The same for a ClientHello. */
export function checkHello(text: string): "more" | "refused" | "hello" {
  const bytes = Buffer.from(text, "latin1");
  const whole = readClientHello(bytes);
  const { read } = firstVerdict(bytes, readClientHello);
  if (read.kind === "hello" && whole.kind === "hello") {
    assert.equal(read.hello.serverName, whole.hello.serverName);
    assert.deepEqual(read.hello.alpn, whole.hello.alpn);
    assert.match(whole.hello.serverName, /^(?:[a-z0-9._-]*|[0-9a-f:.]+)$/);
  } else assert.equal(read.kind, whole.kind);
  return whole.kind;
}

function firstVerdict<R extends { readonly kind: string }>(bytes: Buffer, read: (bytes: Buffer) => R) {
  for (let at = 1; at < bytes.length; at++) {
    const result = read(bytes.subarray(0, at));
    if (result.kind !== "more") return { at, read: result };
  }
  return { at: bytes.length, read: read(bytes) };
}

function roundTrip(
  header: { readonly source: typeof CLIENT | null; readonly destination: typeof CLIENT | null },
): void {
  if (header.source === null || header.destination === null) return;
  const again = readProxyHeader(writeProxyHeader("v2", header.source, header.destination));
  assert.ok(again.kind === "header");
  assert.deepEqual([again.header.source, again.header.destination], [header.source, header.destination]);
}

if (import.meta.main) {
  const seed = argument("seed", Math.floor(performance.timeOrigin) % 2 ** 31);
  const end = performance.now() + argument("seconds", 30) * 1_000;
  const random = new Random(seed);
  report(`seed ${seed}`);
  const seen = { header: 0, hello: 0 };
  let inputs = 0;
  let input = "";
  try {
    for (; performance.now() < end; inputs++) {
      input = nextProxyHeader(random);
      if (checkProxyHeader(input) === "header") seen.header++;
      input = nextHello(random);
      if (checkHello(input) === "hello") seen.hello++;
    }
  } catch (thrown) {
    report(`failed on ${JSON.stringify(input)}`);
    throw thrown;
  }
  report(`${inputs} PROXY headers (${seen.header} whole) and as many ClientHellos (${seen.hello} whole)`);
}
