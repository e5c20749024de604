import assert from "node:assert/strict";
import { join } from "node:path";
import { ManualClock } from "../../core/clock.ts";
import { parseAddress } from "../../lib/ip.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { mmdbBytes } from "../../../tests/support/mmdb_file.ts";
import { GeoSource } from "./geo_source.ts";

const SWEDEN = mmdbBytes([["192.0.2.0/24", { country_code: "SE" }]], { type: "Test-Country" });
const NORWAY = mmdbBytes([["192.0.2.0/24", { country_code: "NO" }]]);

async function withSource(
  test: (source: GeoSource, path: string, given: SharedArrayBuffer[][]) => void,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const given: SharedArrayBuffer[][] = [];
  const clock = new ManualClock();
  const path = join(folder, "country.mmdb");
  const source = new GeoSource({
    files: [{ role: "country", path, origin: "file", licence: "" }],
    clock,
    logger: createLogger({
      level: "error",
      format: "json",
      mask: true,
      clock,
      thread: "test",
      write: () => {},
    }),
    enabled: () => true,
    changed: (files) => void given.push([...files]),
  });
  try {
    test(source, path, given);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function countryOf(source: GeoSource): string | undefined {
  return source.geo.lookUp(parseAddress("192.0.2.7")!)?.country;
}

Deno.test("a database that is not there says so, and comes into use when it is", () =>
  withSource((source, path, given) => {
    source.refresh();
    assert.equal(countryOf(source), undefined);
    assert.equal(source.states[0]!.error, "there is no such file");
    assert.deepEqual(given, []);
    Deno.writeFileSync(path, SWEDEN);
    source.refresh();
    assert.equal(countryOf(source), "SE");
    assert.equal(source.states[0]!.error, null);
    assert.equal(source.states[0]!.facts?.type, "Test-Country");
    assert.equal(given.length, 1);
  }));

Deno.test("a file that did not change is not read again", () =>
  withSource((source, path, given) => {
    Deno.writeFileSync(path, SWEDEN);
    source.refresh();
    source.refresh();
    assert.equal(given.length, 1);
  }));

Deno.test("another file takes the place of the first; a damaged one, or none, leaves the last good one in use", () =>
  withSource((source, path, given) => {
    Deno.writeFileSync(path, SWEDEN);
    source.refresh();
    Deno.removeSync(path);
    Deno.writeFileSync(path, NORWAY.slice(0, NORWAY.length / 2));
    source.refresh();
    assert.equal(countryOf(source), "SE");
    assert.match(source.states[0]!.error!, /no MaxMind database/);
    Deno.removeSync(path);
    source.refresh();
    assert.equal(countryOf(source), "SE");
    Deno.writeFileSync(path, NORWAY);
    source.refresh();
    assert.equal(countryOf(source), "NO");
    assert.equal(source.states[0]!.error, null);
    assert.equal(given.length, 2);
  }));
