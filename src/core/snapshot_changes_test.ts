import assert from "node:assert/strict";
import { fakeHost, fakeSnapshot } from "../../tests/support/fake_gateway.ts";
import { NO_PUBLISHED_BOTS } from "./bot_list.ts";
import { applyChanges, changesBetween } from "./snapshot_changes.ts";

const HOSTS = ["a", "b", "c"].map((id) => fakeHost({ id, domains: [`${id}.test`] }));
const BEFORE = fakeSnapshot({ version: 4, hosts: HOSTS });

Deno.test("of a snapshot with one changed host only that host is said, and the others stay the same objects", () => {
  const hosts = HOSTS.map((host) => host.id === "b" ? { ...host, notes: "new", version: 2 } : { ...host });
  const after = { ...structuredClone(BEFORE), version: 5, hosts };
  const changes = changesBetween(BEFORE, after);
  assert.deepEqual(changes.hosts, { order: null, changed: [hosts[1]] });
  assert.deepEqual(changes.rest, {});
  const applied = applyChanges(BEFORE, structuredClone(changes));
  assert.deepEqual(applied, after);
  assert.equal(applied.hosts[0], HOSTS[0]);
  assert.equal(applied.rules, BEFORE.rules);
  assert.equal(applied.certificates, BEFORE.certificates);
});

Deno.test("hosts that come, leave and change places, and every other field, arrive", () => {
  const after = fakeSnapshot({
    version: 5,
    hosts: [HOSTS[2]!, fakeHost({ id: "new" }), HOSTS[0]!],
    targetSlots: { t1: 3 },
    hostSlots: {},
    switches: [],
    proxies: [],
    publishedBots: NO_PUBLISHED_BOTS,
    rules: [],
    certificates: [{ id: "x", names: ["a.test"], certificatePem: "c", keyPem: "k" }],
  }, { ban_answer: "close" });
  assert.deepEqual(applyChanges(BEFORE, structuredClone(changesBetween(BEFORE, after))), after);
  assert.deepEqual(applyChanges(after, structuredClone(changesBetween(after, BEFORE))), BEFORE);
});
