import { basename, dirname } from "node:path";
import type { LearnedModel } from "../../src/core/learned_model.ts";
import type { HostPolicy, Waf } from "../../src/waf/engine.ts";
import { asLearnedModel } from "../../src/waf/learned/model_file.ts";
import { compileBenchWaf, policyOf } from "./bench_policy.ts";
import { benignSources } from "./learned/benign_text.ts";
import { readExamples } from "./learned/examples.ts";
import { trainProductModel } from "./learned/product_model.ts";
import { SILENT_RULE } from "./learned/silent_rule.ts";
import { type CorpusRequest, readCorpus } from "./waf_corpus.ts";
import { count, newTally, type Tally } from "./waf_tally.ts";

type Tallies = ReadonlyMap<string, Tally>;

/** Who would have refused, by corpus; recorded applications by their kind of input. */
export interface Opinions {
  readonly rules: Tallies;
  /** Any finding of the model's own. */
  readonly model: Tallies;
  /** As the product joins them. */
  readonly both: Tallies;
}

/** What the engine made of one request. */
export interface Verdict {
  readonly refused: boolean;
  readonly score: number;
  readonly rules: readonly string[];
}

export function judgeRequest(policy: HostPolicy, item: CorpusRequest): Verdict {
  if (item.escapes) return { refused: true, score: 0, rules: ["path_escape"] };
  const transaction = policy.begin(item.request);
  let decision = transaction.requestHead();
  if (decision === "pass" && item.body !== null) decision = transaction.requestBody(item.body);
  const rules = transaction.findings.map((each) => `${each.ruleId}@${each.target}`);
  return { refused: decision !== "pass", score: transaction.score, rules };
}

/** The rules of `waf` alone, `model` alone and both on every corpus of `files`; `waf` holds the same model. */
export function opinions(files: readonly string[], waf: Waf, model: LearnedModel): Opinions {
  const rules = new Map<string, Tally>();
  const alone = new Map<string, Tally>();
  const both = new Map<string, Tally>();
  const withoutModel = policyOf(waf, "off");
  const joined = policyOf(waf, "score");
  // No rule finds anything there, so that every value reaches the model.
  const asked = policyOf(compileBenchWaf([SILENT_RULE], model, 1), "detect", "detect");
  for (const file of files) {
    for (const item of readCorpus(file)) {
      const key = isApplication(file) ? `apps ${item.line.hint?.split(" ").at(-1) ?? ""}` : corpusOf(file);
      const tallied = (tallies: Map<string, Tally>, isRefused: boolean) => {
        const tally = tallies.get(key) ?? newTally();
        tallies.set(key, tally);
        count(tally, item.line.label === "attack", isRefused);
      };
      tallied(rules, judgeRequest(withoutModel, item).refused);
      tallied(both, judgeRequest(joined, item).refused);
      tallied(alone, judgeRequest(asked, item).rules.some((each) => each.startsWith("learned@")));
    }
  }
  return { rules, model: alone, both };
}

/**
 * The same with each corpus judged by a model, and its threshold, from all the others; the recorded applications are
 * left out together, so that their model has seen no application at all. `textFolders`: benign text as for training.
 */
export function leftOutOpinions(
  files: readonly string[],
  textFolders: readonly string[],
  wafWith: (model: LearnedModel) => Waf,
): Opinions {
  const examples = readExamples(dirname(files[0]!));
  const texts = benignSources(textFolders).flatMap((source) => source.texts);
  const groups = Map.groupBy(files, (file) => isApplication(file) ? "apps" : corpusOf(file));
  const parts = [...groups.values()].map((members) => {
    const left = new Set(members.map(corpusOf));
    const { model } = trainProductModel(examples.filter((each) => !left.has(each.corpus)), texts);
    const learned = asLearnedModel(model);
    return opinions(members, wafWith(learned), learned);
  });
  const joined = (pick: (part: Opinions) => Tallies) => new Map(parts.flatMap((part) => [...pick(part)]));
  return {
    rules: joined((part) => part.rules),
    model: joined((part) => part.model),
    both: joined((part) => part.both),
  };
}

function corpusOf(file: string): string {
  return basename(file, ".jsonl.gz");
}

function isApplication(file: string): boolean {
  return corpusOf(file).startsWith("apps_");
}
