import assert from "node:assert/strict";
import { BAN_REPUTATION, rateFactor, REPUTATION_POINTS } from "./reputation_points.ts";

Deno.test("a client's rate is doubled by the best reputation and halved by the worst, evenly in between", () => {
  assert.deepEqual([10, 5, 0, -5, -10].map(rateFactor), [2, 1.5, 1, 0.75, 0.5]);
});

Deno.test("nothing that happens once brings a client near a ban", () => {
  for (const points of Object.values(REPUTATION_POINTS)) assert.ok(points > BAN_REPUTATION / 2);
});
