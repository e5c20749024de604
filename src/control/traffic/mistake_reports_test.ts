import assert from "node:assert/strict";
import { withTraffic } from "../../../tests/support/with_traffic.ts";
import { LOCAL_ACTOR } from "../operation.ts";
import { keepReport } from "./mistake_reports.ts";

const REFUSED = "01J00000000000000000000000";

Deno.test("a visitor's word is kept beside the refused request, listed, and closed", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const { clock, control } = made;
    log({ id: REFUSED, action: "blocked", reason: "waf", target: "/comments" });
    log({ id: "01J00000000000000000000001" });
    const report = {
      requestId: REFUSED,
      hostId,
      client: "203.0.113.77",
      text: "only <b>code</b>",
      at: clock.now(),
    };
    keepReport(control, { ...report, text: "first" });
    keepReport(control, report);
    keepReport(control, { ...report, requestId: "01J00000000000000000000001" });
    keepReport(control, { ...report, requestId: "01J00000000000000000000009" });
    assert.deepEqual(await made.do("traffic.reports", {}), [{
      request_id: REFUSED,
      at: report.at,
      host_name: "shop.example",
      client: "203.0.113.77",
      text: "only <b>code</b>",
      method: "GET",
      target: "/comments",
      reason: "waf",
    }]);
    assert.deepEqual((await made.do("traffic.get", { id: REFUSED })).report, {
      at: report.at,
      text: report.text,
    });
    const viewer = { ...LOCAL_ACTOR, role: "viewer" } as const;
    assert.notEqual((await made.do("traffic.reports", {}, viewer))[0]!.client, "203.0.113.77");
    await made.do("traffic.close_report", { id: REFUSED });
    assert.deepEqual(await made.do("traffic.reports", {}), []);
    await assert.rejects(made.do("traffic.close_report", { id: REFUSED }), /no such report/);
  });
});

Deno.test("[SECURITY] nobody writes over what another visitor has said", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    log({ id: REFUSED, action: "blocked", reason: "waf" });
    const report = { requestId: REFUSED, hostId, client: "203.0.113.77", text: "mine", at: made.clock.now() };
    keepReport(made.control, report);
    keepReport(made.control, { ...report, client: "198.51.100.9", text: "nonsense" });
    assert.equal((await made.do("traffic.reports", {}))[0]!.text, "mine");
  });
});

Deno.test("[SECURITY] one client has ten reports an hour", async () => {
  await withTraffic(async ({ made, hostId, log }) => {
    const { clock, control } = made;
    const ids = Array.from({ length: 12 }, (_, i) => `01J0000000000000000000${String(i).padStart(4, "0")}`);
    const report = (requestId: string) =>
      keepReport(control, { requestId, hostId, client: "203.0.113.77", text: "", at: clock.now() });
    log(...ids.map((id, i) => ({ id, action: "blocked", reason: "waf", client: `203.0.113.${i}` }) as const));
    ids.forEach(report);
    assert.equal((await made.do("traffic.reports", {})).length, 10);
    clock.advance(3_600_001);
    report(ids[11]!);
    assert.equal((await made.do("traffic.reports", {})).length, 11);
  });
});
