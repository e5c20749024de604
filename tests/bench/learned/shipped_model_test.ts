import assert from "node:assert/strict";
import { BUILTIN_MODEL_TEXT } from "../../../src/waf/learned/builtin_model.ts";
import { readModelFile, trainingRecordOf } from "../../../src/waf/learned/model_file.ts";
import { madeSource } from "./benign_text.ts";
import { FIT_DEFAULTS } from "./fit.ts";
import { sourceLine } from "./training_record.ts";

const RECORD = trainingRecordOf(BUILTIN_MODEL_TEXT);

Deno.test("the shipped model says from what it was trained, and anybody can have all of it", () => {
  const kinds = RECORD!.inputs.map((line) => line.split(" ")[0]!);
  for (const kind of ["corpus", "values", "made", "debian", "npm"]) assert.ok(kinds.includes(kind), kind);
  assert.ok(!kinds.includes("folder"), "trained with --text: those folders are nobody else's");
});

Deno.test("the shipped model is that of the options and of the made texts as they are now", () => {
  assert.deepEqual(RECORD!.options, { ...FIT_DEFAULTS }, "other options: train again");
  assert.ok(RECORD!.inputs.includes(sourceLine(madeSource())), "other made texts: train again");
});

Deno.test("the bar for rules that ask lies below the model's own", () => {
  const { threshold, confirmAbove } = readModelFile(BUILTIN_MODEL_TEXT);
  assert.ok(confirmAbove < threshold);
});

Deno.test("the shipped file is as training writes it, to the byte", () => {
  assert.equal(JSON.stringify(JSON.parse(BUILTIN_MODEL_TEXT), null, 2) + "\n", BUILTIN_MODEL_TEXT);
});
