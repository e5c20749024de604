// deno-lint-ignore-file no-console -- a program for the terminal
/**
 * Detection as a benchmark: runs labelled requests through the product's engine, in enforce mode, and prints what was
 * caught, what was refused without need, and what each of them cost.
 *
 * deno task bench:waf [--corpus DIR] [--files a,b] [--paranoia N] [--rules DIR] [--misses N] [--report FILE]
 *                     [--explain ID] [--json] [--leave-out [--text DIR]...]
 *
 * The benign corpus of this repository is judged always; the program fails (exit code 1) where more of it is refused
 * than its budget allows.
 *
 * `--files` names corpora without `.jsonl.gz`; `--rules` reads rule files from a folder instead of the embedded ones;
 * The last table holds the rules alone against the learned model alone and both. With `--leave-out` there is one more
 * of the same, in which each corpus is judged by a model that was trained on all the others (minutes; `--text DIR` as
 * for train:waf): what the figures of the other tables are worth for attacks and applications that nobody has seen.
 *
 * `--learned` off, detect or score (default): what the other tables are made with.
 * `--report` gets one line for every miss and false positive; `--explain` shows one request in detail.
 */
import { parseArgs } from "node:util";
import { basename, join } from "node:path";
import { errorText } from "../../src/core/errors.ts";
import type { LearnedMode, LearnedModel } from "../../src/core/learned_model.ts";
import type { Paranoia } from "../../src/core/rule.ts";
import { BUILTIN_RULE_FILES, type RuleFileText } from "../../src/waf/rule_files/builtin.ts";
import type { HostPolicy, Waf } from "../../src/waf/engine.ts";
import { builtinModel } from "../../src/waf/learned/builtin_model.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";
import { HONEST_BUDGET } from "./honest/corpus.ts";
import { judgeHonest } from "./honest/judge.ts";
import { compileBenchWaf, policyOf } from "./bench_policy.ts";
import { judgeRequest, leftOutOpinions, type Opinions, opinions } from "./waf_opinions.ts";
import { type CorpusRequest, readCorpus } from "./waf_corpus.ts";
import { composite, count, newTally, percent, rates, table, type Tally } from "./waf_tally.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    corpus: { type: "string" },
    files: { type: "string" },
    rules: { type: "string" },
    paranoia: { type: "string", default: "1" },
    misses: { type: "string", default: "0" },
    report: { type: "string" },
    explain: { type: "string" },
    learned: { type: "string", default: "score" },
    json: { type: "boolean", default: false },
    "leave-out": { type: "boolean", default: false },
    text: { type: "string", multiple: true, default: [] },
  },
});

/** What became of one request. */
interface Outcome {
  readonly corpus: string;
  readonly item: CorpusRequest;
  readonly refused: boolean;
  readonly score: number;
  readonly rules: readonly string[];
  readonly micros: number;
}

function main(folder: string | undefined): void {
  const waf = compileRules(builtinModel());
  const policy = policyOf(waf, flags.learned as LearnedMode);
  if (!flags.json && flags.explain === undefined) judgeOwnCorpus(policy);
  if (folder !== undefined) judgeCorpora(folder, waf, policy);
}

function judgeOwnCorpus(policy: HostPolicy): void {
  const { byApplication, refusals, isOverBudget } = judgeHonest(policy);
  const rows = [...byApplication].map(([name, { benign, refused }]) => [name, benign, refused]);
  const sum = composite([], [...byApplication.values()]);
  console.log(table([["", "honest", "refused"], ...rows, ["together", sum.benign, sum.refused]]));
  const verdict = isOverBudget ? "OVER" : "within";
  console.log(
    `${percent(rates(sum).fpr)} % refused: ${verdict} the budget of ${percent(HONEST_BUDGET * 100)} %`,
  );
  console.log(refusals.map((each) => `  ${each}\n`).join(""));
  if (isOverBudget) Deno.exitCode = 1;
}

function judgeCorpora(folder: string, waf: Waf, policy: HostPolicy): void {
  const files = corpusFiles(folder);
  if (flags.explain !== undefined) return explain(policy, files, flags.explain);
  const outcomes = files.flatMap((file) => {
    const corpus = basename(file, ".jsonl.gz");
    return readCorpus(file).map((item) => judge(policy, corpus, item));
  });
  const byCorpus = tallies(outcomes, (each) => each.corpus);
  const byHint = tallies(outcomes.filter((each) => each.corpus.startsWith("apps_")), lastWordOfHint);
  const marks = {
    composite: compositeOf(byCorpus),
    corpora: byCorpus,
    apps: byHint,
    opinions: opinions(files, waf, builtinModel()),
    leftOut: flags["leave-out"] ? leftOutOpinions(files, flags.text, compileRules) : null,
  };
  if (flags.report !== undefined) {
    Deno.writeTextFileSync(flags.report, outcomes.filter(isWrong).map(asLine).join(""));
  }
  if (flags.json) console.log(JSON.stringify(asJson(marks)));
  else print(marks, outcomes);
}

/** The rules of the product, or those of `--rules`, beside `learned`. */
function compileRules(learned: LearnedModel): Waf {
  const loaded = loadRuleFiles(flags.rules === undefined ? BUILTIN_RULE_FILES : ruleFiles(flags.rules));
  return compileBenchWaf(loaded.map((each) => each.rule), learned, Number(flags.paranoia) as Paranoia);
}

function ruleFiles(folder: string): RuleFileText[] {
  const names = [...Deno.readDirSync(folder)].map((each) => each.name).filter((each) =>
    each.endsWith(".yaml")
  );
  return names.sort().map((name) => ({ name, text: Deno.readTextFileSync(join(folder, name)) }));
}

function corpusFiles(folder: string): string[] {
  const wanted = flags.files?.split(",");
  const names = [...Deno.readDirSync(folder)].map((each) => each.name).filter((each) =>
    each.endsWith(".jsonl.gz")
  );
  const chosen = names.sort().filter((each) =>
    wanted === undefined || wanted.includes(basename(each, ".jsonl.gz"))
  );
  return chosen.map((each) => join(folder, each));
}

function judge(policy: HostPolicy, corpus: string, item: CorpusRequest): Outcome {
  const started = performance.now();
  const verdict = judgeRequest(policy, item);
  return { corpus, item, ...verdict, micros: (performance.now() - started) * 1000 };
}

function isWrong(each: Outcome): boolean {
  return each.refused !== (each.item.line.label === "attack");
}

function tallies(outcomes: readonly Outcome[], keyOf: (each: Outcome) => string): Map<string, Tally> {
  const found = new Map<string, Tally>();
  for (const each of outcomes) {
    const key = keyOf(each);
    const tally = found.get(key) ?? newTally();
    found.set(key, tally);
    count(tally, each.item.line.label === "attack", each.refused);
  }
  return found;
}

function lastWordOfHint(each: Outcome): string {
  return each.item.line.hint?.split(" ").at(-1) ?? "-";
}

function compositeOf(byCorpus: ReadonlyMap<string, Tally>): Tally {
  const named = (...names: string[]) => names.map((name) => byCorpus.get(name) ?? newTally());
  return composite(named("mgm"), named("blazehttp", "benign_extra"));
}

interface Marks {
  readonly opinions: Opinions;
  /** By a model that has not seen the corpus; null: not asked for. */
  readonly leftOut: Opinions | null;
  readonly composite: Tally;
  readonly corpora: ReadonlyMap<string, Tally>;
  readonly apps: ReadonlyMap<string, Tally>;
}

function asJson(marks: Marks): unknown {
  const named = (tallies: ReadonlyMap<string, Tally>) =>
    Object.fromEntries([...tallies].map(([name, tally]) => [name, { ...tally, ...rates(tally) }]));
  const byOpinion = ({ rules, model, both }: Opinions) => ({
    rules: named(rules),
    model: named(model),
    both: named(both),
  });
  return {
    composite: { ...marks.composite, ...rates(marks.composite) },
    corpora: named(marks.corpora),
    apps: named(marks.apps),
    opinions: byOpinion(marks.opinions),
    ...(marks.leftOut === null ? {} : { leftOut: byOpinion(marks.leftOut) }),
  };
}

function print(marks: Marks, outcomes: readonly Outcome[]): void {
  const head = ["", "attacks", "caught", "TPR %", "benign", "refused", "FPR %", "balanced %"];
  const row = (name: string, tally: Tally) => {
    const { tpr, fpr, balanced } = rates(tally);
    const { attacks, caught, benign, refused } = tally;
    return [name, attacks, caught, percent(tpr), benign, refused, percent(fpr), percent(balanced)];
  };
  const rows = (tallies: ReadonlyMap<string, Tally>) =>
    [...tallies].sort().map(([name, tally]) => row(name, tally));
  console.log(table([head, ...rows(marks.corpora), row("composite", marks.composite)]));
  const categories = tallies(outcomes, (each) => `${each.corpus}/${each.item.line.category}`);
  const few = [...categories].filter(([name]) => !name.startsWith("apps_"));
  console.log("\nby category\n" + table([head, ...rows(new Map(few))]));
  if (marks.apps.size > 0) {
    console.log("\napplications, by kind of input\n" + table([head, ...rows(marks.apps)]));
  }
  printOpinions("rules alone, learned model alone (it learned from these corpora), both", marks.opinions);
  if (marks.leftOut !== null) {
    printOpinions("the same by models that have not seen the corpus", marks.leftOut);
  }
  printCosts(outcomes);
  const shown = outcomes.filter(isWrong).slice(0, Number(flags.misses));
  if (shown.length > 0) console.log("\nmisses and false positives\n" + shown.map(asLine).join(""));
}

function printOpinions(title: string, { rules, model, both }: Opinions): void {
  const head = ["", "rules TPR", "FPR", "model TPR", "FPR", "both TPR", "FPR"];
  const rows = [...rules.keys()].sort().map((name) => [
    name,
    ...[rules, model, both].flatMap((tallies) => {
      const { tpr, fpr } = rates(tallies.get(name) ?? newTally());
      return [percent(tpr), percent(fpr)];
    }),
  ]);
  console.log(`\n${title}\n` + table([head, ...rows]));
}

function printCosts(outcomes: readonly Outcome[]): void {
  const sorted = outcomes.map((each) => each.micros).sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  const mean = sorted.reduce((sum, each) => sum + each, 0) / Math.max(1, sorted.length);
  console.log(`\nµs a request: mean ${mean.toFixed(1)}, p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}`);
  const slowest = [...outcomes].sort((a, b) => b.micros - a.micros).slice(0, 8);
  console.log("slowest\n" + slowest.map((each) => `${each.micros.toFixed(0)} µs ${asLine(each)}`).join(""));
}

/** One line: what it was, what it was taken for, by which rules, and the request. */
function asLine(each: Outcome): string {
  const { line, request } = each.item;
  const verdict = each.refused ? "refused" : "passed";
  const body = line.body ?? (line.body_b64 === undefined ? "" : "(bytes)");
  const target = request.rawPath + (request.rawQuery === null ? "" : `?${request.rawQuery}`);
  const text = `${line.method} ${target} ${body}`.replace(/[\r\n]+/g, "⏎").slice(0, 400);
  const hint = line.hint === undefined ? "" : ` [${line.hint}]`;
  return `${line.label} ${verdict} ${line.id} ${line.category}${hint} score=${each.score} ${
    each.rules.join(",")
  } | ${text}\n`;
}

function explain(policy: HostPolicy, files: readonly string[], id: string): void {
  for (const file of files) {
    const item = readCorpus(file).find((each) => each.line.id === id);
    if (item === undefined) continue;
    const transaction = policy.begin(item.request);
    const head = transaction.requestHead();
    const body = item.body === null ? "none" : transaction.requestBody(item.body);
    console.log(
      JSON.stringify(
        { line: item.line, escapes: item.escapes, head, body, score: transaction.score },
        null,
        2,
      ),
    );
    console.log(JSON.stringify(transaction.findings, null, 2));
    return;
  }
  console.error(`no request ${id} in these corpora`);
  Deno.exit(1);
}

try {
  main(flags.corpus);
} catch (thrown) {
  console.error(errorText(thrown));
  Deno.exit(1);
}
