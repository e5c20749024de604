import { wordHash } from "../../../src/waf/learned/alphabet.ts";
import { FEATURES, FeatureScan, SCAN_CHARS } from "../../../src/waf/learned/feature_scan.ts";
import type { TrainedModel } from "../../../src/waf/learned/model_file.ts";
import { WINDOW_STEPS } from "../../../src/waf/learned/score_scan.ts";
import { buildVocabulary } from "../../../src/waf/learned/vocabulary.ts";
import type { Example } from "./examples.ts";
import { type Candidates, commonWords, sortTexts } from "./fixtures.ts";
import { Random } from "./random.ts";

export interface FitOptions {
  /** Of the first model's order; each further model has the next number. */
  readonly seed: number;
  readonly epochs: number;
  readonly rate: number;
  /** Pull of the weights to nothing. */
  readonly decay: number;
  /** Share of the attacks that are trained inside a piece of benign text. */
  readonly embedded: number;
  /** Weight of a benign text that no request of the corpora holds. */
  readonly textWeight: number;
  /** Models with an order of their own each; the mean of their weights is steadier than any. */
  readonly models: number;
}

export const FIT_DEFAULTS: FitOptions = Object.freeze({
  seed: 1,
  epochs: 8,
  rate: 0.1,
  decay: 2e-5,
  embedded: 0.5,
  textWeight: 0.2,
  models: 6,
});

/** A benign text with the weight of its mistakes. */
interface Negative {
  readonly text: string;
  readonly weight: number;
}

interface Lessons {
  readonly attacks: readonly Candidates[];
  readonly negatives: readonly Negative[];
  /** Benign texts that payloads are embedded in. */
  readonly texts: readonly string[];
  /** Attacks of each group. */
  readonly groups: ReadonlyMap<string, number>;
}

const MOST_WORDS = 4_000;
/** Of one kind of attack no more than the weight of so many. */
const GROUP_LIMIT = 400;
/** Weight of a benign text that a request of the corpora holds, the more the more of them do. */
const REQUEST_WEIGHT = 2;
const REQUEST_WEIGHT_LIMIT = 5;
/** Long benign texts are trained in pieces that overlap, so that every part of them is seen. */
const PIECE = 512;
const STRIDE = 450;
const MOST_PIECES = 50;

/** Trains weights by logistic loss on each text's best window; of an attack's texts the worst one counts. */
export function fit(
  examples: readonly Example[],
  benignTexts: readonly string[],
  options: FitOptions = FIT_DEFAULTS,
): Pick<TrainedModel, "weights" | "scale" | "bias" | "wordHashes"> {
  const { attacks, benign } = sortTexts(examples);
  const groups = new Map<string, number>();
  for (const { group } of attacks) groups.set(group, (groups.get(group) ?? 0) + 1);
  const texts = benignTexts.flatMap((text) => pieces(text).slice(0, 6));
  const negatives: Negative[] = [
    ...[...benign].flatMap(([text, n]) =>
      pieces(text).map((piece) => ({
        text: piece,
        weight: Math.min(REQUEST_WEIGHT_LIMIT, REQUEST_WEIGHT + Math.log(n) / 2),
      }))
    ),
    ...texts.map((text) => ({ text, weight: options.textWeight })),
  ];
  const wordHashes = Int32Array.from(commonWords(examples, MOST_WORDS), wordHash);
  const learner = new Learner(new FeatureScan(buildVocabulary(wordHashes)), options);
  for (let model = 0; model < options.models; model++) {
    learner.begin();
    epochs(learner, { attacks, negatives, texts, groups }, new Random(options.seed + model), options);
  }
  return { ...learner.quantised(), wordHashes };
}

/** Passes over all texts, each in an order of its own. */
function epochs(learner: Learner, lessons: Lessons, random: Random, options: FitOptions): void {
  const { attacks, negatives, texts, groups } = lessons;
  const order = Int32Array.from({ length: attacks.length + negatives.length }, (_, i) => i);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    random.shuffle(order);
    for (const index of order) {
      const attack = attacks[index];
      if (attack === undefined) {
        const { text, weight } = negatives[index - attacks.length]!;
        learner.learnBenign(text, weight);
        continue;
      }
      const members = groups.get(attack.group)!;
      const weight = members > GROUP_LIMIT ? Math.sqrt(GROUP_LIMIT / members) : 1;
      const payload = learner.worstOf(attack.texts);
      const shown = random.next() < options.embedded ? embed(payload, texts, random) : payload;
      learner.learnAttack(shown, weight);
    }
    // The mean of the later epochs is steadier than the last.
    if (epoch >= options.epochs / 2) learner.addToMean();
  }
}

/** Benign text before and behind, so that the model learns to find a payload in it. */
function embed(payload: string, texts: readonly string[], random: Random): string {
  if (texts.length === 0) return payload;
  const around = random.pick(texts);
  const at = random.below(around.length);
  const before = around.slice(at, at + random.below(24));
  const behind = around.slice(at + 24, at + 24 + random.below(24));
  return (random.next() < 0.5 ? `${before} ` : "") + payload + (random.next() < 0.5 ? ` ${behind}` : "");
}

export function pieces(text: string): string[] {
  if (text.length <= PIECE + STRIDE / 4) return [text];
  const found: string[] = [];
  for (let at = 0; at < text.length && found.length < MOST_PIECES; at += STRIDE) {
    found.push(text.slice(at, at + PIECE));
  }
  return found;
}

/** AdaGrad on the features of the best window. */
class Learner {
  readonly #scan: FeatureScan;
  readonly #options: FitOptions;
  #weights = new Float32Array(FEATURES);
  #squares = new Float32Array(FEATURES);
  readonly #mean = new Float32Array(FEATURES);
  #means = 0;
  #bias = -1;
  #biasSquares = 1;
  #biasMean = 0;
  #from = 0;
  #to = 0;

  constructor(scan: FeatureScan, options: FitOptions) {
    this.#scan = scan;
    this.#options = options;
  }

  /** Forgets everything but the mean so far. */
  begin(): void {
    this.#weights = new Float32Array(FEATURES);
    this.#squares = new Float32Array(FEATURES).fill(1e-3);
    this.#bias = -1;
    this.#biasSquares = 1;
  }

  worstOf(texts: readonly string[]): string {
    let worst = texts[0]!;
    if (texts.length === 1) return worst;
    let highest = -Infinity;
    for (const text of texts) {
      const score = this.#best(text);
      if (score > highest) [highest, worst] = [score, text];
    }
    return worst;
  }

  learnAttack(text: string, weight: number): void {
    const p = 1 / (1 + Math.exp(-this.#best(text)));
    if (p < 0.999) this.#step(-(1 - p) * weight);
  }

  learnBenign(text: string, weight: number): void {
    const p = 1 / (1 + Math.exp(-this.#best(text)));
    if (p > 0.002) this.#step(p * weight);
  }

  addToMean(): void {
    this.#means++;
    for (let i = 0; i < FEATURES; i++) this.#mean[i]! += this.#weights[i]!;
    this.#biasMean += this.#bias;
  }

  quantised(): { weights: Int8Array; scale: number; bias: number } {
    const mean = this.#mean.map((sum) => sum / this.#means);
    const sizes = mean.map(Math.abs).filter((size) => size > 0).sort();
    const scale = (sizes[Math.floor(sizes.length * 0.9995)] ?? 1) / 127;
    const weights = Int8Array.from(mean, (w) => Math.max(-127, Math.min(127, Math.round(w / scale))));
    return { weights, scale, bias: this.#biasMean / this.#means };
  }

  /** Score of the text's best window, which `#from` and `#to` hold in the scan's features then. */
  #best(text: string): number {
    const { features, ends } = this.#scan;
    const weights = this.#weights;
    const steps = this.#scan.scan(text.length > SCAN_CHARS ? text.slice(0, SCAN_CHARS) : text, 0);
    let sum = 0;
    let best = -Infinity;
    let head = 0;
    let tail = 0;
    for (let step = 0; step < steps; step++) {
      for (const end = ends[step]!; head < end; head++) sum += weights[features[head]!]!;
      if (step >= WINDOW_STEPS) {
        for (const end = ends[step - WINDOW_STEPS]!; tail < end; tail++) sum -= weights[features[tail]!]!;
      }
      if (sum > best) [best, this.#from, this.#to] = [sum, tail, head];
    }
    return best + this.#bias;
  }

  #step(gradient: number): void {
    const { features } = this.#scan;
    const { decay, rate } = this.#options;
    for (let i = this.#from; i < this.#to; i++) {
      const feature = features[i]!;
      const slope = gradient + decay * this.#weights[feature]!;
      this.#squares[feature]! += slope * slope;
      this.#weights[feature]! -= rate * slope / Math.sqrt(this.#squares[feature]!);
    }
    this.#biasSquares += gradient * gradient;
    this.#bias -= rate * gradient / Math.sqrt(this.#biasSquares);
  }
}
