import assert from "node:assert/strict";
import { makeControl } from "../../../tests/support/make_control.ts";
import { parseAddress } from "../../lib/ip.ts";
import { createReputationTable, ReputationTable } from "../../shield/reputation.ts";

async function make() {
  const reputation = new ReputationTable(createReputationTable(64), () => 1_000_000);
  const clients = () => ({ limited: 7, refused: 2, forgotten: 1 });
  const made = await makeControl({ parts: { limits: { reputation, clients } } });
  return { ...made, reputation };
}

Deno.test("a client's reputation is looked up by any of its addresses, with what moved it", async () => {
  const { control, do: act, reputation, close } = await make();
  reputation.add(parseAddress("2001:db8::1")!, -2, "waf");
  reputation.add(parseAddress("2001:db8::1")!, -2, "waf");
  const found = await act("reputation.get", { id: "2001:db8::ffff" });
  assert.deepEqual(found, {
    network: "2001:db8::/64",
    score: -4,
    rate_factor: 0.8,
    reasons: [{ reason: "waf", times: 2, points: -1 }],
    changed_at: control.clock.now(),
  });
  await assert.rejects(act("reputation.get", { id: "shop" }), /no address/);
  await close();
});

Deno.test("while nothing runs reputations are those that the last process left", async () => {
  const { control, do: act, close } = await makeControl();
  assert.equal((await act("reputation.get", { id: "192.0.2.1" })).score, 0);
  const now = control.clock.now();
  const zeroAt = now + 12 * 3_600_000;
  control.store.reputations.put({
    network: "192.0.2.1",
    isBad: true,
    zeroAt,
    changedAt: now,
    reasons: { bot: 5 },
  });
  assert.equal((await act("reputation.get", { id: "192.0.2.1" })).score, -5);
  const { good, bad, worst } = await act("limits.status", {});
  assert.deepEqual([good, bad, worst.map(({ network }) => network)], [0, 1, ["192.0.2.1"]]);
  await act("reputation.reset", { id: "192.0.2.1" });
  assert.equal((await act("reputation.get", { id: "192.0.2.1" })).score, 0);
  await close();
});

Deno.test("the worst are listed, and one is forgotten by a click that is audited", async () => {
  const { do: act, reputation, close } = await make();
  reputation.add(parseAddress("192.0.2.1")!, -3, "bot");
  reputation.add(parseAddress("2001:db8:1::1")!, -9, "waf");
  const status = await act("limits.status", {});
  assert.deepEqual(status.worst.map(({ network, score }) => [network, score]), [
    ["2001:db8:1::/64", -9],
    ["192.0.2.1", -3],
  ]);
  assert.deepEqual([status.clients, status.refused_clients, status.bad, status.rate], [7, 2, 2, 100]);
  await act("reputation.reset", { id: "2001:db8:1::/64" });
  assert.equal(reputation.of(parseAddress("2001:db8:1::5")!), 0);
  const { rows } = await act("audit.list", {});
  assert.equal(rows[0]!.action, "reputation.reset");
  await close();
});
