/** Countries, from a file on the machine to the refusal and the dashboard, through all threads. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { startInProcess } from "../support/in_process.ts";
import { mmdbBytes } from "../support/mmdb_file.ts";
import { until } from "../support/until.ts";

const HOST = "shop.test";

const CLIENT = "203.0.113.9";

/** A database in which the client lies in `country`. */
function database(country: string): Uint8Array {
  return mmdbBytes([["203.0.113.0/24", { country: { iso_code: country }, city: { names: { en: "Town" } } }]]);
}

Deno.test("a country is blocked and allowed while Aegis runs; the file is replaced, damaged and gone", async () => {
  const folder = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const city = join(folder, "city.mmdb");
  const asn = join(folder, "asn.mmdb");
  await Deno.writeFile(city, database("SE"));
  await Deno.writeFile(asn, mmdbBytes([["203.0.113.0/24", { autonomous_system_number: 64_500 }]]));
  const target = await startDemoTarget("shop");
  const aegis = await startInProcess(`geoip_db_path: ${city}
geoip_asn_db_path: ${asn}
proxies: { trusted: [{ network: 127.0.0.1, header: x-forwarded-for }] }
hosts:
  - { domains: [${HOST}], targets: [{ url: "http://127.0.0.1:${target.port}" }] }
`);
  const headers = { "x-forwarded-for": CLIENT };
  const status = async (path: string) =>
    (await ask({ port: aegis.httpPort, host: HOST, path, headers })).status;
  const block = (countries: string[]) =>
    aegis.perform("settings.update", { patch: { blocked_countries: countries } });
  /** As SIGHUP does: the files are looked at at once. */
  const reload = () => aegis.supervisor.reload();
  try {
    assert.equal(await status("/open"), 200);
    await block(["SE"]);
    assert.equal(await status("/blocked"), 403);

    const { rows } = await until("the refusal is in the log", async () => {
      const page = await aegis.perform("traffic.query", { country: "se", asn: 64_500, reason: "geo" });
      return page.rows.length > 0 ? page : null;
    });
    const detail = await aegis.perform("traffic.get", { id: rows[0]!.id });
    assert.deepEqual([detail.country, detail.city, detail.asn], ["SE", "Town", 64_500]);
    assert.equal(detail.country_name, "Sweden");
    const geo = await aegis.perform("analytics.geo", { range: "1h" });
    const sweden = geo.countries.find(({ country }) => country === "SE")!;
    assert.equal(sweden.blocked, 1);
    assert.ok(sweden.requests >= 2);

    // Whole, under another name, and then in the place of the first: as the programs that refresh such files do.
    await Deno.writeFile(`${city}.new`, database("NO"));
    await Deno.rename(`${city}.new`, city);
    reload();
    await until("the new file is in use", async () => await status("/norway") === 200 ? true : null);
    await block(["NO"]);
    assert.equal(await status("/norway"), 403);

    await Deno.writeFile(city, database("NO").slice(0, 90));
    reload();
    await until("the damage is shown", async () => {
      const { files } = await aegis.perform("geo.status", {});
      return files[0]!.error === null ? null : files;
    });
    assert.equal(await status("/still"), 403);
    const now = await aegis.perform("geo.look_up", { address: CLIENT });
    assert.deepEqual([now.country, now.asn], ["NO", 64_500]);

    await aegis.perform("settings.update", { patch: { toggles: { geoip: false } } });
    assert.equal(await status("/off"), 200);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("without a file of its own Aegis knows countries by the database that comes with it", async () => {
  const aegis = await startInProcess("");
  try {
    const { files } = await aegis.perform("geo.status", {});
    assert.deepEqual([files[0]!.origin, files[0]!.error], ["built-in", null]);
    assert.match(files[0]!.licence, /CC BY 4\.0/);
    assert.equal((await aegis.perform("geo.look_up", { address: "193.0.6.139" })).name, "Netherlands");
    assert.equal((await aegis.perform("geo.look_up", { address: "192.168.1.1" })).country, "");
  } finally {
    assert.equal(await aegis.stop(), 0);
  }
});
