import assert from "node:assert/strict";
import type { Perform } from "../control/perform.ts";
import { LOCAL_ACTOR } from "../control/operation.ts";
import { AegisError } from "../core/errors.ts";
import { FINDING, traffic, trafficDetail } from "../../tests/support/admin_fixture_traffic.ts";
import type { AdminDeps } from "./deps.ts";
import { withReplayedFindings } from "./replayed_findings.ts";

const REQUEST = { ...trafficDetail(traffic()[0]!), findings: [FINDING], evidence: { until: 1 } };

function depsOf(answer: () => unknown): AdminDeps {
  const perform = (() => Promise.try(answer)) as Perform;
  return { perform } as unknown as AdminDeps;
}

Deno.test("what replay finds by the same rules elsewhere is let pass with it, other rules' findings are not", async () => {
  const replayed = [
    FINDING,
    { ...FINDING, target: "args:reply" },
    { ...FINDING, rule_id: "other-1", target: "args:x" },
  ];
  const widened = await withReplayedFindings(depsOf(() => ({ findings: replayed })), LOCAL_ACTOR, REQUEST);
  assert.deepEqual(widened.findings.map((each) => each.target), [FINDING.target, "args:reply"]);
});

Deno.test("without evidence, or where it has just left, the findings of the log stand", async () => {
  const gone = () => {
    throw new AegisError("not_found", "it is not kept");
  };
  assert.deepEqual(await withReplayedFindings(depsOf(gone), LOCAL_ACTOR, REQUEST), REQUEST);
  const none = { ...REQUEST, evidence: null };
  assert.equal(await withReplayedFindings(depsOf(() => assert.fail("nobody asks")), LOCAL_ACTOR, none), none);
});
