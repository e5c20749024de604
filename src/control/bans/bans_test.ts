import assert from "node:assert/strict";
import { makeControl, person } from "../../../tests/support/make_control.ts";
import { csvCell } from "./ban_csv.ts";

Deno.test("bans are seen as bans, time-outs and black lists, searched and told by their origin", async () => {
  const made = await makeControl();
  try {
    const { id } = await made.do("hosts.create", {
      host: {
        domains: ["shop.example"],
        targets: [{ url: "http://127.0.0.1:3000" }],
        blacklist_cidrs: ["198.51.100.0/24"],
      },
    });
    await made.do("settings.update", { patch: { blacklist_cidrs: ["192.0.2.1"] } });
    await made.do("bans.create", { network: "203.0.113.1", seconds: 60, reason: "scanner" });
    await made.do("bans.create", { network: "203.0.113.2", seconds: 60, host_id: id });
    await made.do("bans.create", { network: "203.0.113.3" });
    const seen = async (filter: Parameters<typeof made.do<"bans.list">>[1]) =>
      (await made.do("bans.list", filter)).map((ban) => ban.network).sort();
    assert.deepEqual(await seen({ view: "ban" }), ["203.0.113.1"]);
    assert.deepEqual(await seen({ view: "ip_timeout" }), ["203.0.113.2"]);
    assert.deepEqual(await seen({ view: "blacklist" }), ["192.0.2.1", "198.51.100.0/24", "203.0.113.3"]);
    assert.deepEqual(await seen({ origin: "black-list", q: "198" }), ["198.51.100.0/24"]);
    assert.deepEqual(await seen({ q: "SCAN" }), ["203.0.113.1"]);
    const [ofSettings] = await made.do("bans.list", { q: "192.0.2.1" });
    assert.deepEqual([ofSettings!.removable, ofSettings!.reason], [false, "black list of the settings"]);
  } finally {
    await made.close();
  }
});

Deno.test("[SECURITY] no cell of an export is a formula, and a viewer's file hides addresses as the page does", async () => {
  const made = await makeControl();
  try {
    await made.do("bans.create", { network: "203.0.113.1", reason: '=HYPERLINK("http://evil.example","x")' });
    const fileFor = async (actor = person("operator"), format: "csv" | "json" = "csv") => {
      const { content } = await made.do("bans.export", { format }, actor);
      return new TextDecoder().decode(Uint8Array.fromBase64(content));
    };
    const text = await fileFor();
    assert.match(text, /^network,where,reason,.*\r\n203\.0\.113\.1,everywhere,"'=HYPERLINK\(""http/);
    assert.doesNotMatch(await fileFor(person("viewer")), /203\.0\.113\.1/);
    assert.equal(JSON.parse(await fileFor(person("operator"), "json"))[0].network, "203.0.113.1");
    assert.deepEqual(["+1", "-1", "@x", "\tx", "a,b", "plain"].map(csvCell), [
      "'+1",
      "'-1",
      "'@x",
      "'\tx",
      '"a,b"',
      "plain",
    ]);
  } finally {
    await made.close();
  }
});

Deno.test("the black list takes neither loopback nor the address of whoever writes it, but what a white list spares", async () => {
  const made = await makeControl();
  try {
    const write = (patch: { blacklist_cidrs: string[]; whitelist_cidrs?: string[] }) =>
      made.do("settings.update", { patch }, person("admin"));
    for (const network of ["198.51.100.0/24", "127.0.0.0/8", "::/0", "0.0.0.0/0"]) {
      await assert.rejects(write({ blacklist_cidrs: [network] }), { code: "invalid_input" }, network);
    }
    await write({ blacklist_cidrs: ["198.51.100.0/24"], whitelist_cidrs: ["198.51.100.7"] });
    await write({ blacklist_cidrs: ["198.51.100.0/24", "203.0.113.0/24"] });
    assert.equal(made.control.settings().blacklist_cidrs.length, 2);
  } finally {
    await made.close();
  }
});
