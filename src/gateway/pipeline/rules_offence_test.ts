import assert from "node:assert/strict";
import { DEFAULT_HOST_CHALLENGE } from "../../core/challenge.ts";
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

Deno.test("a client that a rule refused may be banned for it, one with a pass is refused and not banned", () => {
  for (const mode of ["off", "always"] as const) {
    const { gateway, told } = gatewayWith(mode);
    const cookie = mode === "always" ? { cookie: pass(gateway) } : {};
    assert.equal(ask(gateway, { ...cookie, rawQuery: "q=hostile" })?.status, 403);
    gateway.services.offences.flush();
    assert.deepEqual(told.map((each) => each.ruleId), mode === "off" ? ["hostile"] : [], mode);
  }
});
