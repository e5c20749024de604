import { basename, join } from "node:path";
import { compileWaf, type HostPolicy } from "../../../src/waf/engine.ts";
import type { Scored, ValueScorer } from "../../../src/waf/learned/value_scorer.ts";
import { SILENT_RULE } from "./silent_rule.ts";
import { readCorpus } from "../waf_corpus.ts";
import { ruleExamples } from "./rule_examples.ts";

/** One request of a corpus, as the model sees it: the texts of its values that are worth a score. */
export interface Example {
  readonly corpus: string;
  /** Corpus and class of attack. */
  readonly group: string;
  readonly isAttack: boolean;
  /** Last two labels of the Host field; requests of one site stay on one side of a split. */
  readonly site: string;
  /** Last word of a recorded application's hint: what kind of input it was. */
  readonly input: string;
  readonly texts: readonly string[];
}

/** Corpora whose "benign" only means that one rule of another product stays quiet. */
const UNRELIABLE = new Set(["crs"]);

/** Files of corpora in `folder`, in the order in which they are read. */
export function corpusFilesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((each) => each.name).filter((name) => name.endsWith(".jsonl.gz"))
    .sort();
}

/** Every request of the corpora in `folder`, and of the rules' own tests, taken apart by the engine that serves. */
export function readExamples(folder: string): Example[] {
  const recorder = new Recorder();
  const requests = corpusFilesIn(folder).flatMap((name) => {
    const corpus = basename(name, ".jsonl.gz");
    return readCorpus(join(folder, name)).flatMap((item): Example[] => {
      const { line } = item;
      const isAttack = line.label === "attack";
      if (UNRELIABLE.has(corpus) && (!isAttack || !/^9[34]\d.*pl[12]/.test(line.category))) return [];
      const texts = recorder.textsOf(item);
      const site = (item.request.headers.get("host") ?? "").split(":")[0]!.split(".").slice(-2).join(".");
      const group = `${corpus}/${line.category.split("/")[0]}`;
      return [{ corpus, group, isAttack, site, input: line.hint?.split(" ").at(-1) ?? "", texts }];
    });
  });
  return [...requests, ...ownExamples(recorder)];
}

/** Made for the rules, they teach the families and the look-alikes that no corpus holds. */
function ownExamples(recorder: Recorder): Example[] {
  return ruleExamples().map(({ family, isAttack, built }) => ({
    corpus: "rules",
    group: `rules/${family}`,
    isAttack,
    site: "",
    input: "",
    texts: recorder.textsOf(built),
  }));
}

/** Stands for the model in the engine and notes what it is asked. */
class Recorder implements ValueScorer {
  readonly #policy: HostPolicy;
  #texts = new Set<string>();

  constructor() {
    const nothing = new SharedArrayBuffer(4);
    const waf = compileWaf({
      rules: [SILENT_RULE],
      ruleSwitches: {},
      exceptions: [],
      paranoiaLevel: 1,
      threshold: 5,
      hashKey: "00",
      maxInspectBytes: 1024 * 1024,
      learned: {
        version: "",
        threshold: 0,
        confirmAbove: 0,
        scale: 1,
        bias: 0,
        weights: new Int8Array(nothing),
        wordKeys: new Int32Array(nothing),
        wordTokens: new Uint16Array(nothing),
      },
      scorer: this,
    });
    this.#policy = waf.hostPolicy({
      id: "training",
      domains: ["training.example"],
      waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "detect" },
    });
  }

  textsOf(
    { request, body }: { request: Parameters<HostPolicy["begin"]>[0]; body: Uint8Array | null },
  ): string[] {
    this.#texts = new Set();
    const transaction = this.#policy.begin(request);
    transaction.requestHead();
    if (body !== null) transaction.requestBody(body);
    return [...this.#texts];
  }

  /** Above every threshold, so that no value is remembered as clean and passed over at its next sight. */
  score(text: string): Scored {
    this.#texts.add(text);
    return { score: Infinity, start: 0, end: 0 };
  }

  explain(): readonly [] {
    return [];
  }
}
