import assert from "node:assert/strict";
import type { Rule } from "../../core/rule.ts";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { testRule } from "../../../tests/support/test_rule.ts";
import { runPipeline } from "./pipeline.ts";

const AWAY: Rule = testRule("away", { action: "redirect", redirectUrl: "/new", origin: "custom" });

function run(mode: "detect" | "enforce", whitelist: string[] = []) {
  const host = fakeHost({
    waf: { mode, paranoia: null, threshold: null, rules: {}, learned: "off" },
    whitelist_cidrs: whitelist,
  });
  const gateway = fakeGateway(fakeSnapshot({ hosts: [host], rules: [AWAY] }));
  const response = new RecordedResponse();
  const exchange = fakeExchange({ rawPath: "/", rawQuery: "q=away", response });
  runPipeline(exchange, gateway.services);
  return { gateway, response };
}

Deno.test("a rule that redirects leads the visitor elsewhere, and the target sees nothing", () => {
  const { gateway, response } = run("enforce");
  assert.deepEqual([response.status, response.headers.get("location")], [302, "/new"]);
  assert.equal(gateway.sent.length, 0);
  assert.deepEqual([gateway.records[0]!.action, gateway.records[0]!.detail], ["blocked", "away"]);
});

Deno.test("detection, and a client on the white list, are not led anywhere", () => {
  assert.equal(run("detect").gateway.sent.length, 1);
  assert.equal(run("enforce", ["0.0.0.0/0", "::/0"]).gateway.sent.length, 1);
});
