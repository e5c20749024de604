import assert from "node:assert/strict";
import { runCli } from "../../../tests/support/run_cli.ts";

const SETTINGS = { whitelist_cidrs: ["192.0.2.0/24"], blacklist_cidrs: [] };
const HOST = {
  id: "h1",
  version: 4,
  domains: ["shop.test"],
  whitelist_cidrs: [],
  blacklist_cidrs: ["203.0.113.7"],
};

const ANSWERS = {
  "settings.get": SETTINGS,
  "settings.update": ({ patch }: { patch: Record<string, unknown> }) => ({ ...SETTINGS, ...patch }),
  "hosts.get": HOST,
  "hosts.list": [HOST],
  "hosts.update": ({ host }: { host: Record<string, unknown> }) => ({ ...HOST, ...host }),
};

Deno.test("white and black lists are shown, added to and taken from, everywhere and on a host", async () => {
  const shown = await runCli(["access-list", "show"], ANSWERS);
  assert.match(shown.out, /white +192\.0\.2\.0\/24 +everywhere[^]*black +203\.0\.113\.7 +shop\.test/);
  const added = await runCli(["access-list", "add", "white", "192.0.2.0/24", "198.51.100.1"], ANSWERS);
  assert.deepEqual(added.calls.at(-1), [
    "settings.update",
    { patch: { whitelist_cidrs: ["192.0.2.0/24", "198.51.100.1"] } },
  ]);
  const removed = await runCli(
    ["access-list", "remove", "black", "203.0.113.7", "--host", "shop.test"],
    ANSWERS,
  );
  assert.deepEqual(removed.calls.at(-1), [
    "hosts.update",
    { id: "h1", version: 4, host: { blacklist_cidrs: [] } },
  ]);
  assert.match(removed.out, /black list of shop\.test: empty/);
});

Deno.test("what is on no list cannot be taken off, and there is no third list", async () => {
  for (const args of [["remove", "white", "198.51.100.9"], ["add", "grey", "192.0.2.1"]]) {
    assert.equal((await runCli(["access-list", ...args], ANSWERS)).code, 64);
  }
});
