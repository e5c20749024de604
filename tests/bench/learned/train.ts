// deno-lint-ignore-file no-console -- a program for the terminal
/**
 * Trains the learned second opinion (spec 02) and writes rules/learned/model.json. The same corpora and folders of text
 * give the same bytes.
 *
 * deno task train:waf --corpus DIR [--text DIR]... [--output FILE] [--left-out]
 *
 * `--corpus`: labelled requests, gzip JSON lines (waf_corpus.ts). `--text`: folders of benign text, as /usr/share/doc;
 * fragments of their prose, code and markup are learned as harmless. `--left-out` trains nothing, but prints what the
 * model catches of each corpus when it did not learn from it.
 */
import { parseArgs } from "node:util";
import { writeModelFile } from "../../../src/waf/learned/model_file.ts";
import { percent, table } from "../waf_tally.ts";
import { benignTexts } from "./benign_text.ts";
import { isBrowsing, leaveOut, quantile, unseenBenign } from "./evaluate.ts";
import { readExamples } from "./examples.ts";
import { fit } from "./fit.ts";

/** Share of the different benign requests of unseen sites that lie above the threshold; some 0.3 % of all requests. */
const ABOVE_THRESHOLD = 0.01;
/** What a rule's doubt adds to the model's: so far below the threshold a broad rule still counts. */
const CONFIRM_BELOW = 4;

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
  const unseen = unseenBenign(examples, texts).filter((each) => isBrowsing(each.example));
  // One request that a page sends a hundred times must not set the threshold alone.
  const distinct = new Map(unseen.map((each) => [each.example.texts.join("\n"), each.score]));
  const threshold = Number(quantile([...distinct.values()], ABOVE_THRESHOLD).toFixed(2));
  const trained = fit(examples, texts);
  Deno.writeTextFileSync(
    flags.output,
    writeModelFile({ ...trained, threshold, confirmAbove: Number((threshold - CONFIRM_BELOW).toFixed(2)) }),
  );
  console.log(
    `${flags.output}: ${examples.length} requests, ${texts.length} texts, ${trained.wordHashes.length} words, ` +
      `threshold ${threshold} from ${distinct.size} different benign requests of unseen sites`,
  );
}

if (flags.corpus === undefined) {
  console.error("usage: deno task train:waf --corpus DIR [--text DIR]... [--output FILE] [--left-out]");
  Deno.exit(2);
}
main(flags.corpus);
