/** The expected values are those of FoxIO's technical details (technical_details/JA4.md). */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { ClientHello } from "./client_hello.ts";
import { Ja4 } from "./ja4.ts";

const CIPHERS = "1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035";
const EXTENSIONS = "001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015";
const ALGORITHMS = "0403,0804,0401,0503,0805,0501,0806,0601";
const SUPPORTED_VERSIONS = Buffer.from([4, 3, 4, 3, 3]);

function bytesOf(list: string): Buffer {
  return Buffer.from(list.replaceAll(",", ""), "hex");
}

interface Said {
  ciphers?: string;
  extensions?: string;
  algorithms?: string | null;
  alpn?: readonly string[];
  versions?: Buffer | null;
  legacyVersion?: number;
}

function hello(said: Said = {}): ClientHello {
  const extensions = new Map<number, Buffer>();
  const types = said.extensions ?? EXTENSIONS;
  for (const type of types === "" ? [] : types.split(",")) {
    extensions.set(parseInt(type, 16), Buffer.alloc(0));
  }
  const algorithms = said.algorithms === undefined ? ALGORITHMS : said.algorithms;
  if (algorithms !== null && extensions.has(13)) {
    const list = bytesOf(algorithms);
    extensions.set(13, Buffer.concat([Buffer.from([list.length >> 8, list.length & 255]), list]));
  } else if (algorithms === null) extensions.set(13, Buffer.from([0, 0]));
  if (said.versions !== null && extensions.has(43)) extensions.set(43, said.versions ?? SUPPORTED_VERSIONS);
  return {
    serverName: "",
    alpn: said.alpn ?? ["h2", "http/1.1"],
    parts: {
      legacyVersion: said.legacyVersion ?? 0x0303,
      cipherSuites: bytesOf(said.ciphers ?? CIPHERS),
      extensions,
    },
  };
}

function ja4(said: Said = {}): string {
  return new Ja4().of(hello(said));
}

Deno.test("the specification's example has the specification's fingerprint", () => {
  assert.equal(ja4(), "t13d1516h2_8daaf6152771_e5627efa2ab1");
});

Deno.test("neither order nor GREASE changes it", () => {
  const reversed = EXTENSIONS.split(",").reverse().join(",");
  const versions = Buffer.from([6, 0x7a, 0x7a, 3, 4, 3, 3]);
  const said = { ciphers: `3a3a,${CIPHERS}`, extensions: `fafa,${reversed},0a0a`, versions };
  assert.equal(ja4(said), "t13d1516h2_8daaf6152771_e5627efa2ab1");
});

Deno.test("without signature algorithms the list of extensions is hashed alone", () => {
  assert.equal(ja4({ algorithms: null }), "t13d1516h2_8daaf6152771_6d807ffa2a79");
});

Deno.test("what is empty has a hash of zeros", () => {
  assert.equal(ja4({ ciphers: "", extensions: "", alpn: [] }), "t12i000000_000000000000_000000000000");
});

Deno.test("the version is the highest offered one, else the message's own", () => {
  const of = (said: Said) => ja4(said).slice(1, 3);
  assert.equal(of({ versions: Buffer.from([2, 3, 3]) }), "12");
  assert.equal(of({ extensions: "000a", legacyVersion: 0x0302 }), "11");
  assert.equal(of({ extensions: "000a", legacyVersion: 0x0300 }), "s3");
  assert.equal(of({ extensions: "000a", legacyVersion: 0x9999 }), "00");
});

Deno.test("the first protocol stands with its first and last character, or their hex where one is no letter or digit", () => {
  const of = (...bytes: number[]) => ja4({ alpn: [String.fromCharCode(...bytes)] }).slice(8, 10);
  assert.equal(ja4({ alpn: ["http/1.1"] }).slice(8, 10), "h1");
  assert.equal(of(0x68), "hh");
  assert.equal(of(0xab), "ab");
  assert.equal(of(0xab, 0xcd), "ad");
  assert.equal(of(0x30, 0xab), "3b");
  assert.equal(of(0x30, 0x31, 0xab, 0xcd), "3d");
  assert.equal(of(0x30, 0xab, 0xcd, 0x31), "01");
});

Deno.test("more than 99 count as 99, and hellos without end are not remembered", () => {
  const reader = new Ja4();
  for (let i = 0; i < 2_000; i++) {
    const ciphers = Array.from({ length: 120 }, (_, n) => (i * 7 + n + 1).toString(16).padStart(4, "0")).join(
      ",",
    );
    assert.match(reader.of(hello({ ciphers })), /^t13d9916h2_[0-9a-f]{12}_e5627efa2ab1$/);
  }
});
