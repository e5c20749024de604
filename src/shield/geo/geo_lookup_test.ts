import assert from "node:assert/strict";
import { parseAddress } from "../../lib/ip.ts";
import { Mmdb } from "../../lib/mmdb/mmdb.ts";
import { type Entry, mmdbBytes } from "../../../tests/support/mmdb_file.ts";
import { GeoLookup } from "./geo_lookup.ts";
import { placeOf } from "./place_of.ts";

function database(entries: readonly Entry[]): Mmdb {
  const opened = Mmdb.open(mmdbBytes(entries));
  if (typeof opened === "string") throw new Error(opened);
  return opened;
}

const at = (text: string) => parseAddress(text)!;

Deno.test("country, city and network of one address come from three databases", () => {
  const geo = new GeoLookup([
    database([["192.0.2.0/24", {
      country: { iso_code: "FR" },
      city: { names: { en: "Lyon", fr: "Lyon" } },
    }]]),
    database([["192.0.2.0/24", { country_code: "DE" }], ["2001:db8::/32", { country_code: "SE" }]]),
    database([["192.0.2.0/25", {
      autonomous_system_number: 64_500,
      autonomous_system_organization: "Example Net",
    }]]),
  ]);
  assert.deepEqual(geo.lookUp(at("192.0.2.1")), {
    country: "FR",
    city: "Lyon",
    asn: 64_500,
    organisation: "Example Net",
  });
  assert.deepEqual(geo.lookUp(at("192.0.2.200")), { country: "FR", city: "Lyon" });
  assert.deepEqual(geo.lookUp(at("2001:db8::7")), { country: "SE" });
  assert.equal(geo.lookUp(at("10.0.0.1")), null);
});

Deno.test("an address that was looked up before gives the same place, whoever came in between", () => {
  const geo = new GeoLookup([database([["30.0.0.0/9", { country_code: "NL" }], ["30.128.0.0/9", {
    country_code: "BE",
  }]])]);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20_000; i++) {
      const low = at(`30.${i & 127}.${i >> 7 & 255}.9`);
      const high = at(`30.${128 + (i & 127)}.${i >> 7 & 255}.9`);
      assert.equal(geo.lookUp(low)!.country, "NL");
      assert.equal(geo.lookUp(high)!.country, "BE");
    }
  }
});

Deno.test("a private address is nowhere, whatever a database says", () => {
  const everywhere = new GeoLookup([database([["0.0.0.0/1", { country_code: "AU" }], ["128.0.0.0/1", {
    country_code: "AU",
  }]])]);
  assert.equal(everywhere.lookUp(at("198.51.100.1"))?.country, "AU");
  for (const address of ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1"]) {
    assert.equal(everywhere.lookUp(at(address)), null, address);
  }
});

Deno.test("records are read in the spellings of the common makers", () => {
  assert.deepEqual(placeOf({ country_code: "us", city: "Ames" }), { country: "US", city: "Ames" });
  assert.deepEqual(placeOf({ country: "JP", asn: "AS64511", as_name: "Name" }), {
    country: "JP",
    asn: 64_511,
    organisation: "Name",
  });
  assert.deepEqual(placeOf({ registered_country: { iso_code: "CH" } }), { country: "CH" });
});

Deno.test("a record of another shape says nothing", () => {
  for (const record of [undefined, "US", 7, [], { country: { iso_code: 7 } }, { country_code: "USA" }]) {
    assert.deepEqual(placeOf(record), { country: "" });
  }
});
