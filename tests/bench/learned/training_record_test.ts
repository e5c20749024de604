import assert from "node:assert/strict";
import type { TrainingRecord } from "../../../src/waf/learned/model_file.ts";
import { recordDifferences, sourceLine } from "./training_record.ts";

const RECORD: TrainingRecord = {
  options: { seed: 1, models: 6 },
  inputs: ["corpus a: sha256 0", "made: 2 texts, 1"],
};

Deno.test("a record says in what two trainings differ, and nothing where they do not", () => {
  assert.deepEqual(recordDifferences(RECORD, RECORD), []);
  const other = { options: { seed: 2, models: 6 }, inputs: ["corpus a: sha256 0", "made: 3 texts, 2"] };
  assert.deepEqual(recordDifferences(RECORD, other), [
    "- seed 1",
    "- made: 2 texts, 1",
    "+ seed 2",
    "+ made: 3 texts, 2",
  ]);
  assert.equal(recordDifferences(null, RECORD).length, 1);
});

Deno.test("the digest of texts tells where one ends", () => {
  const lines = [["ab", "c"], ["a", "bc"], ["abc"]].map((texts) => sourceLine({ name: "x", texts }));
  assert.equal(new Set(lines.map((line) => line.split(", ")[1])).size, 3);
});
