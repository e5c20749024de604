// deno-lint-ignore-file no-console -- a program for the terminal
/**
 * Trains the learned second opinion (spec 02) and writes rules/learned/model.json. The same inputs give the same bytes:
 * every choice is seeded, and nothing of the clock or the machine goes in.
 *
 * deno task train:waf --corpus DIR [--text DIR]... [--output FILE] [--left-out]
 *
 * That the shipped model was trained by `deno task train:waf --corpus DIR`, with no further text, its field
 * `trained_from` tells: the options, and for each input what it is, how much of it, and a digest.
 *
 * - `--corpus`: labelled requests, gzip JSON lines (waf_corpus.ts), recorded by the SHA-256 of each file; beside them
 *   the examples of the rules' own tests, whose reading depends on the commit.
 * - Benign text (benign_text.ts): what the repository makes itself, Debian 12 packages of documentation and libraries,
 *   recorded with their versions (`apt-get install NAME=VERSION`, by snapshot.debian.org where it has moved on), and
 *   the npm packages that deno.json pins. Their licences differ (GPL, CC-BY-SA, BSD, MIT …); of none of them, and of no
 *   corpus, is any text kept: a model is weights, and hashes of single words that attacks of two corpora hold.
 * - `--text`: further folders of benign text, as /usr/share/doc. Only who has them can train that model again.
 *
 * In which of them the inputs differ from those of the model that the output file held before, is printed.
 *
 * `--left-out` trains nothing, but prints what the model catches of each corpus when it did not learn from it, at
 * thresholds that let so much honest traffic pass; what rules and model together make of such a corpus is
 * `deno task bench:waf --leave-out`.
 */
import { parseArgs } from "node:util";
import { errorText } from "../../../src/core/errors.ts";
import {
  type TrainingRecord,
  trainingRecordOf,
  writeModelFile,
} from "../../../src/waf/learned/model_file.ts";
import { percent, table } from "../waf_tally.ts";
import { benignSources } from "./benign_text.ts";
import { leaveOut } from "./evaluate.ts";
import { readExamples } from "./examples.ts";
import { FIT_DEFAULTS } from "./fit.ts";
import { trainProductModel } from "./product_model.ts";
import { recordDifferences, trainingRecord } from "./training_record.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    corpus: { type: "string" },
    text: { type: "string", multiple: true, default: [] },
    output: { type: "string", default: "rules/learned/model.json" },
    "left-out": { type: "boolean", default: false },
  },
});

function main(folder: string): void {
  const examples = readExamples(folder);
  const sources = benignSources(flags.text);
  const texts = sources.flatMap((source) => source.texts);
  if (flags["left-out"]) {
    const head = ["left out", "attacks", "at 0.1 %", "at 0.3 %", "at 1 %", "texts above"];
    const rows = leaveOut(examples, texts).map((each) => [
      each.corpus,
      each.attacks,
      ...each.caught.map(percent),
      percent(each.texts),
    ]);
    return console.log(table([head, ...rows]));
  }
  const record = trainingRecord(folder, examples, sources, FIT_DEFAULTS);
  const differences = recordDifferences(recordBefore(flags.output), record);
  console.log(
    differences.length === 0
      ? "the inputs are those of the model before"
      : `other inputs than those of the model before:\n${differences.join("\n")}`,
  );
  const { model, thresholdTexts } = trainProductModel(examples, texts);
  Deno.writeTextFileSync(flags.output, writeModelFile(model, record));
  console.log(
    `${flags.output}: ${examples.length} requests, ${texts.length} texts, ${model.wordHashes.length} words, ` +
      `threshold ${model.threshold} from ${thresholdTexts} different benign texts of unseen sites`,
  );
}

function recordBefore(file: string): TrainingRecord | null {
  try {
    return trainingRecordOf(Deno.readTextFileSync(file));
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

if (flags.corpus === undefined) {
  console.error("usage: deno task train:waf --corpus DIR [--text DIR]... [--output FILE] [--left-out]");
  Deno.exit(2);
}
try {
  main(flags.corpus);
} catch (thrown) {
  console.error(errorText(thrown));
  Deno.exit(1);
}
