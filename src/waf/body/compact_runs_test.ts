import assert from "node:assert/strict";
import fc from "fast-check";
import { compactRuns } from "./compact_runs.ts";

Deno.test("long white space and long comments are cut short, what says something stays", () => {
  assert.equal(compactRuns("a b").text, "a b");
  assert.equal(compactRuns(`union${" ".repeat(63)}select`).joints.length, 0);
  assert.equal(compactRuns(`union${" \t".repeat(500)}select`).text, `union${" \t".repeat(8)}select`);
  assert.equal(
    compactRuns(`union\u2003${"\u3000".repeat(90)}select`).text,
    `union\u2003${"\u3000".repeat(15)}select`,
  );
  const comment = `/*!50000 ${"x".repeat(9000)} */`;
  const { text, joints } = compactRuns(`union${comment}select`);
  assert.equal(text, `union${comment.slice(0, 32)}${comment.slice(-18)}select`);
  assert.deepEqual(joints, [5 + 32]);
  assert.equal(compactRuns(`a/*${"x".repeat(200)}`).text.length, 1 + 32 + 16);
});

Deno.test("between its joints a compact text is as it was, and in its order", () => {
  const unit = fc.constantFrom(
    " ".repeat(70),
    "\n".repeat(64),
    " ".repeat(40),
    "/*",
    "*/",
    "x".repeat(70),
    "union",
    "a/*b*/",
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
      const whole = units.join("");
      const { text, joints } = compactRuns(whole);
      let from = 0;
      let found = 0;
      for (const joint of [...joints, text.length]) {
        assert.ok(joint >= from && joint <= text.length);
        found = whole.indexOf(text.slice(from, joint), found);
        assert.ok(found >= 0, JSON.stringify({ whole, joints }));
        found += joint - from;
        from = joint;
      }
      if (joints.length === 0) assert.equal(text, whole);
    }),
  );
});
