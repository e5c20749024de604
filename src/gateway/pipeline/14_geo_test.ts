import assert from "node:assert/strict";
import type { Host } from "../../core/host.ts";
import type { RequestRecord } from "../../core/record.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { mmdbBytes } from "../../../tests/support/mmdb_file.ts";
import { openGeo } from "../geo_databases.ts";
import { runPipeline } from "./pipeline.ts";

const FILE = mmdbBytes([["203.0.113.0/24", { country_code: "SE", city: "Lund", asn: "AS64500" }]]);

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return memory;
}

/** What becomes of a request, Swedish where nothing else is said; null: it reached the target. */
function ask(
  host: Partial<Host>,
  settings: Partial<Snapshot["settings"]> = {},
  client = "203.0.113.9",
  files = [shared(FILE)],
): RequestRecord | null {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [fakeHost(host)] }, settings));
  const exchange = fakeExchange({ peerAddress: client, response: new RecordedResponse() });
  runPipeline(exchange, { ...gateway.services, geo: openGeo(files) });
  return gateway.sent.length === 1 ? null : gateway.records[0]!;
}

Deno.test("a blocked country is refused, by the host or everywhere, and the record says where from", () => {
  for (const record of [ask({ blocked_countries: ["SE"] }), ask({}, { blocked_countries: ["SE"] })]) {
    assert.deepEqual([record?.reason, record?.status, record?.action], ["geo", 403, "blocked"]);
    assert.deepEqual([record?.country, record?.city, record?.asn], ["SE", "Lund", 64_500]);
    assert.match(record!.detail, /^SE is blocked/);
  }
  assert.equal(ask({ blocked_countries: ["NO"] }, { blocked_countries: ["FI"] }), null);
});

Deno.test("a list of countries that may come in keeps the others out; a host's own stands in the global one's place", () => {
  assert.equal(ask({ allowed_countries: ["NO"] })?.reason, "geo");
  assert.equal(ask({}, { allowed_countries: ["NO"] })?.reason, "geo");
  assert.equal(ask({ allowed_countries: ["SE"] }, { allowed_countries: ["NO"] }), null);
  assert.equal(ask({ allowed_countries: ["SE"] }, { blocked_countries: ["SE"] })?.reason, "geo");
});

Deno.test("private and unknown addresses pass", () => {
  const host = { allowed_countries: ["NO"], blocked_countries: ["SE"] };
  for (const client of ["10.1.2.3", "127.0.0.1", "fe80::1", "fd00::1", "198.51.100.1"]) {
    assert.equal(ask(host, {}, client), null, client);
  }
});

Deno.test("without a database, or with a damaged one, everybody passes", () => {
  const host = { allowed_countries: ["NO"] };
  assert.equal(ask(host, {}, "203.0.113.9", []), null);
  assert.equal(ask(host, {}, "203.0.113.9", [shared(FILE.slice(0, 100))]), null);
});
