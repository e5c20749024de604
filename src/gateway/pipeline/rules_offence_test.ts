import assert from "node:assert/strict";
import { DEFAULT_HOST_CHALLENGE } from "../../core/challenge.ts";
import { parseAddress } from "../../lib/ip.ts";
import type { Offence } from "../../core/offence.ts";
import { ask, pass } from "../../../tests/support/challenge_visit.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { testRule } from "../../../tests/support/test_rule.ts";

/** A gateway whose one rule refuses `hostile`, and what it tells control of those whom it refused. */
function gatewayWith(mode: "always" | "off") {
  const host = fakeHost({
    waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: "off" },
    challenge: { ...DEFAULT_HOST_CHALLENGE, mode },
  });
  const rules = [testRule("hostile", { action: "block", origin: "custom" })];
  const gateway = fakeGateway(fakeSnapshot({ hosts: [host], rules, hostSlots: { h1: 0 } }));
  const told: Offence[] = [];
  gateway.services.offences.connect((offences) => void told.push(...offences));
  return { gateway, told };
}

Deno.test("[SECURITY] what another site's page makes a browser send is refused and not held against it", () => {
  const browser: readonly (readonly [string, string])[] = [
    ["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"],
    ["accept", "image/avif,image/webp,*/*;q=0.8"],
    ["accept-language", "en"],
    ["accept-encoding", "gzip, br"],
    ["connection", "keep-alive"],
  ];
  const by = (...more: (readonly [string, string])[]) => {
    const { gateway, told } = gatewayWith("off");
    const answer = ask(gateway, { headers: [["host", "a.test"], ...more], rawQuery: "q=hostile" });
    assert.equal(answer?.status, 403);
    gateway.services.offences.flush();
    const score = gateway.services.reputation.of(parseAddress("192.0.2.1")!);
    return [told.length, Math.round(score)];
  };
  const other = ["sec-fetch-site", "cross-site"] as const;
  assert.deepEqual(by(...browser, other), [0, 0], "an image of another site");
  assert.deepEqual(by(...browser, other, ["sec-fetch-user", "?1"]), [1, -1], "a link that was clicked");
  assert.deepEqual(by(...browser, ["sec-fetch-site", "same-origin"]), [1, -1]);
  assert.deepEqual(by(other), [1, -1], "a program that only says so");
});

Deno.test("what control hears of a refused client names its pass, and without that it is challenged anew", () => {
  const { gateway, told } = gatewayWith("always");
  const cookie = pass(gateway);
  const hostile = () => ask(gateway, { cookie, rawQuery: "q=hostile" })?.status;
  assert.equal(hostile(), 403);
  gateway.services.offences.flush();
  assert.equal(told.length, 1);
  assert.ok(told[0]!.pass);
  assert.equal(ask(gateway, { cookie }), null, "it is still let in");
  gateway.services.challenger.book.revoke(told[0]!.pass);
  assert.equal(ask(gateway, { cookie })?.status, 503);
  assert.equal(hostile(), 503);
});

Deno.test("[SECURITY] an automatic ban of an address keeps nobody with a pass out, others' bans do", () => {
  const answer = (origin: "automatic" | "operator", hasPass: boolean) => {
    const host = fakeHost({ challenge: { ...DEFAULT_HOST_CHALLENGE, mode: "always" } });
    const ban = {
      id: "b1",
      network: "192.0.2.0/24",
      hostId: null,
      expiresAt: null,
      reason: "",
      origin,
    };
    const open = fakeGateway(fakeSnapshot({ hosts: [host], hostSlots: { h1: 0 } }));
    const gateway = fakeGateway(fakeSnapshot({ hosts: [host], hostSlots: { h1: 0 }, bans: [ban] }));
    return ask(gateway, hasPass ? { cookie: pass(open) } : {})?.status ?? 200;
  };
  assert.deepEqual([answer("automatic", true), answer("automatic", false)], [200, 403]);
  assert.deepEqual([answer("operator", true), answer("operator", false)], [403, 403]);
});

Deno.test("a client without a pass may be banned for what a rule refused", () => {
  const { gateway, told } = gatewayWith("off");
  assert.equal(ask(gateway, { rawQuery: "q=hostile" })?.status, 403);
  gateway.services.offences.flush();
  assert.deepEqual(told.map(({ ruleId, pass }) => [ruleId, pass]), [["hostile", undefined]]);
});
