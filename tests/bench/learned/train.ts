// deno-lint-ignore-file no-console -- a program for the terminal
/**
 * Trains the learned second opinion (spec 02) and writes rules/learned/model.json. The same corpora and folders of text
 * give the same bytes.
 *
 * deno task train:waf --corpus DIR [--text DIR]... [--output FILE] [--left-out]
 *
 * `--corpus`: labelled requests, gzip JSON lines (waf_corpus.ts). `--text`: folders of benign text, as /usr/share/doc;
 * fragments of their prose, code and markup are learned as harmless. `--left-out` trains nothing, but prints what the
 * model catches of each corpus when it did not learn from it, at thresholds that let so much honest traffic pass; what
 * rules and model together make of such a corpus is `deno task bench:waf --leave-out`.
 */
import { parseArgs } from "node:util";
import { writeModelFile } from "../../../src/waf/learned/model_file.ts";
import { percent, table } from "../waf_tally.ts";
import { benignTexts } from "./benign_text.ts";
import { leaveOut } from "./evaluate.ts";
import { readExamples } from "./examples.ts";
import { trainProductModel } from "./product_model.ts";

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
  const texts = benignTexts(flags.text);
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
  const { model, thresholdRequests } = trainProductModel(examples, texts);
  Deno.writeTextFileSync(flags.output, writeModelFile(model));
  console.log(
    `${flags.output}: ${examples.length} requests, ${texts.length} texts, ${model.wordHashes.length} words, ` +
      `threshold ${model.threshold} from ${thresholdRequests} different benign requests of unseen sites`,
  );
}

if (flags.corpus === undefined) {
  console.error("usage: deno task train:waf --corpus DIR [--text DIR]... [--output FILE] [--left-out]");
  Deno.exit(2);
}
main(flags.corpus);
