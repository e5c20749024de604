import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { type CountryResponse, Reader } from "maxmind";
import type { MmdbValue } from "./decode.ts";
import { Buffer } from "node:buffer";
import { mmdbBytes } from "../../../tests/support/mmdb_file.ts";
import { formatAddress, parseAddress } from "../ip.ts";
import { isMap, Mmdb } from "./mmdb.ts";

const COUNTRIES = fileURLToPath(import.meta.resolve("@geo/country/geo-whois-asn-country.mmdb"));

function opened(bytes: Uint8Array): Mmdb {
  const database = Mmdb.open(bytes);
  if (typeof database === "string") throw new Error(database);
  return database;
}

function lookUp(database: Mmdb, address: string): MmdbValue | undefined {
  const offset = database.find(parseAddress(address)!);
  return offset < 0 ? undefined : database.read(offset);
}

const word = fc.nat({ max: 0xffffffff });
const addresses = fc.oneof(
  word.map((v4) => formatAddress([0, 0, 0xffff, v4])),
  fc.tuple(fc.integer({ min: 0x20000000, max: 0x2fffffff }), word, word, word).map(formatAddress),
);

Deno.test("the country database says of any address what a second reader says", () => {
  const bytes = readFileSync(COUNTRIES);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const database = opened(shared);
  const reference = new Reader<CountryResponse>(bytes);
  assert.equal(database.facts.builtAt, reference.metadata.buildEpoch.getTime());
  let known = 0;
  fc.assert(
    fc.property(addresses, (address) => {
      const ours = lookUp(database, address);
      if (isMap(ours)) known++;
      assert.deepEqual(isMap(ours) ? { ...ours } : null, reference.get(address));
    }),
    { numRuns: 3_000 },
  );
  assert.ok(known > 500, `${known} of the addresses had a country`);
});

Deno.test("records of every size and values of every kind are read as a second reader reads them", () => {
  const record = {
    country: { iso_code: "SE", names: { en: "Sweden", ja: "スウェーデン" } },
    list: ["a", 7, true, false],
    big: 18_446_744_073_709_551_615n,
    long: "x".repeat(200),
    deep: { a: { b: { c: { d: 1 } } } },
  };
  for (const recordBits of [24, 28, 32] as const) {
    const bytes = mmdbBytes([["192.0.2.0/24", record], ["192.0.2.128/25", { other: 1 }], [
      "2001:db8::/32",
      record,
    ]], { recordBits });
    const database = opened(bytes);
    const reference = new Reader<CountryResponse>(Buffer.from(bytes));
    for (const address of ["192.0.2.1", "192.0.2.129", "192.0.3.1", "2001:db8::1", "2001:db9::1", "::1"]) {
      assert.equal(plain(lookUp(database, address)), plain(reference.get(address) ?? undefined), address);
    }
  }
});

function plain(value: unknown): string {
  return JSON.stringify(value, (_key, each) => typeof each === "bigint" ? String(each) : each) ?? "nothing";
}

Deno.test("what is no database is refused with a reason", () => {
  const good = mmdbBytes([["192.0.2.0/24", { country_code: "SE" }]]);
  assert.match(Mmdb.open(new Uint8Array()) as string, /no MaxMind database/);
  assert.match(
    Mmdb.open(new TextEncoder().encode("<html>not found</html>")) as string,
    /no MaxMind database/,
  );
  assert.match(Mmdb.open(good.slice(0, good.length / 2)) as string, /no MaxMind database/);
  assert.match(Mmdb.open(good.slice(good.length / 2)) as string, /cut short/);
});

Deno.test("a damaged file never throws, whatever byte is another one", () => {
  const good = mmdbBytes([["192.0.2.0/24", { country: { iso_code: "SE" }, list: ["a", "b"] }], [
    "2001:db8::/32",
    { country_code: "FR" },
  ]]);
  const damage = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      damage,
      fc.nat({ max: good.length }),
      fc.array(addresses, { maxLength: 4 }),
      (changes, cut, more) => {
        const bytes = good.slice(0, cut % 3 === 0 ? cut : good.length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const database = Mmdb.open(bytes);
        if (typeof database === "string") return;
        for (const address of ["192.0.2.1", "2001:db8::1", ...more]) lookUp(database, address);
      },
    ),
    { numRuns: 5_000 },
  );
});

Deno.test("pointers that lead in circles, and lists of lists of pointers, come to an end", () => {
  const circle = mmdbBytes([["192.0.2.0/24", ["a", "b"]]]);
  const database = opened(circle);
  // The list's first value, "a", becomes a pointer at the list itself.
  const first = circle.findIndex((byte, i) => byte === 0x41 && circle[i + 1] === 0x61);
  circle.set([0x20, 0], first);
  assert.equal(lookUp(database, "192.0.2.1"), undefined);
});
