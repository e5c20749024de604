import assert from "node:assert/strict";
import { makeControl } from "../../../tests/support/make_control.ts";
import { startLocalApi } from "../../../tests/support/crowdsec_stub.ts";

/** An Aegis whose list CrowdSec offers bans to a stub of a Local API. */
async function withCrowdSec(
  run: (
    made: Awaited<ReturnType<typeof makeControl>>,
    api: ReturnType<typeof startLocalApi>,
    offer: (over?: object) => Promise<unknown>,
  ) => Promise<void>,
): Promise<void> {
  const made = await makeControl();
  const api = startLocalApi({ machine: "aegis", password: "of the machine" });
  try {
    const offer = (over: object = {}) =>
      made.do("lists.update", {
        id: "crowdsec",
        url: api.url,
        offers: true,
        machine: "aegis",
        password: "of the machine",
        ...over,
      });
    await run(made, api, offer);
  } finally {
    await made.close();
    await api.close();
  }
}

const listOf = async (made: Awaited<ReturnType<typeof makeControl>>) =>
  (await made.do("lists.list", {})).find(({ id }) => id === "crowdsec")!;

Deno.test("bans are offered to CrowdSec as alerts with a decision, once each, and taken back when they are lifted", async () => {
  await withCrowdSec(async (made, api, offer) => {
    const shown = await offer();
    assert.ok(!JSON.stringify(shown).includes("of the machine"));
    const ban = await made.do("bans.create", { network: "203.0.113.9", seconds: 3_600, reason: "scans" });
    await made.do("bans.create", { network: "2001:db8:1:2::/64" });
    await made.do("bans.create", {
      network: "198.51.100.9",
      seconds: 60,
      reason: "over before it is heard of",
    });
    await made.do("bans.create", { network: "10.1.2.3", seconds: 3_600, reason: "an inner network" });
    await made.control.banOffers.run();
    await made.control.banOffers.run();
    assert.deepEqual(api.decisions(), [
      {
        origin: "crowdsec",
        type: "ban",
        scope: "Ip",
        value: "203.0.113.9",
        duration: "3600s",
        scenario: "aegis/operator",
      },
      {
        origin: "crowdsec",
        type: "ban",
        scope: "Range",
        value: "2001:db8:1:2::/64",
        duration: "2592000s",
        scenario: "aegis/operator",
      },
    ]);
    assert.ok(api.alerts.some(({ message }) => message === "Aegis banned 203.0.113.9: scans"));
    assert.equal(api.signIns, 1);
    await made.do("bans.delete", { id: ban.id });
    await made.control.banOffers.run();
    assert.deepEqual(api.decisions().map(({ value }) => value), ["2001:db8:1:2::/64"]);
    assert.equal((await listOf(made)).offer_error, "");
    await made.do("lists.update", { id: "crowdsec", offers: false });
    await made.control.banOffers.run();
    assert.deepEqual(api.decisions(), [], "what was offered is taken back");
  });
});

Deno.test("a ban without an end is offered for a month at a time", async () => {
  await withCrowdSec(async (made, api, offer) => {
    await offer();
    await made.do("bans.create", { network: "203.0.113.9" });
    await made.control.banOffers.run();
    made.clock.advance(29 * 86_400_000);
    await made.control.banOffers.run();
    assert.equal(api.alerts.length, 1);
    made.clock.advance(2 * 86_400_000);
    await made.control.banOffers.run();
    await made.control.banOffers.run();
    assert.equal(api.alerts.length, 2);
  });
});

Deno.test("a session that the server forgot is begun anew, and a server that is away costs no ban", async () => {
  await withCrowdSec(async (made, api, offer) => {
    await offer();
    await made.do("bans.create", { network: "203.0.113.9" });
    await made.control.banOffers.run();
    api.forgetSessions();
    await made.do("bans.create", { network: "203.0.113.10" });
    await made.control.banOffers.run();
    assert.deepEqual([api.signIns, api.decisions().length], [2, 2]);

    api.isAway = true;
    await made.do("bans.create", { network: "203.0.113.11" });
    await made.control.banOffers.run();
    assert.match((await listOf(made)).offer_error, /answered 500: away/);
    api.isAway = false;
    await made.control.banOffers.run();
    assert.equal(api.decisions().length, 3);
    assert.equal((await listOf(made)).offer_error, "");
  });
});

Deno.test("a wrong password and what is no Local API are said at the list", async () => {
  await withCrowdSec(async (made, api, offer) => {
    await made.do("bans.create", { network: "203.0.113.9" });
    await assert.rejects(made.do("lists.update", { id: "crowdsec", offers: true }), /no machine/);
    await assert.rejects(
      made.do("lists.update", { id: "spamhaus-drop", offers: true, machine: "aegis" }),
      /only a CrowdSec/,
    );
    await offer({ password: "wrong" });
    await made.control.banOffers.run();
    assert.match((await listOf(made)).offer_error, /answered 401: incorrect Username or Password/);
    api.isNone = true;
    await offer();
    await made.control.banOffers.run();
    assert.match((await listOf(made)).offer_error, /is this a CrowdSec Local API/);
    assert.deepEqual(api.decisions(), []);
  });
});

Deno.test("own decisions that come back as everybody's are left out: a host's ban stays the host's", async () => {
  await withCrowdSec(async (made, _api, offer) => {
    await offer({ enabled: true, key: "of-the-bouncer" });
    await made.do("bans.create", { network: "203.0.113.9" });
    await made.control.banOffers.run();
    await made.control.lists.refresh("crowdsec");
    const list = await listOf(made);
    assert.deepEqual([list.state, list.error, list.entries], ["fresh", "", 1], "only what others decided");
  });
});

Deno.test("[SECURITY] neither key nor password goes to another server than the one it was written for", async () => {
  await withCrowdSec(async (made, api, offer) => {
    await offer({ key: "of-the-bouncer" });
    const move = (more: object) =>
      made.do("lists.update", { id: "crowdsec", url: "http://127.0.0.1:1", ...more });
    await assert.rejects(move({}), /the key that is kept here was not written for http:\/\/127\.0\.0\.1:1/);
    await assert.rejects(move({ key: "x" }), /the password that is kept here/);
    assert.equal((await listOf(made)).url, api.url);
    await move({ key: "x", password: "y" });
    await made.do("lists.update", { id: "crowdsec", url: "http://127.0.0.1:1/lapi" });
  });
});
