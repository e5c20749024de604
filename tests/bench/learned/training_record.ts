import { createHash } from "node:crypto";
import { join } from "node:path";
import type { TrainingRecord } from "../../../src/waf/learned/model_file.ts";
import { corpusFilesIn, type Example } from "./examples.ts";
import type { FitOptions } from "./fit.ts";
import type { TextSource } from "./text_sources.ts";

/** A part of SHA-256 that tells inputs apart. */
const DIGEST_CHARS = 16;

/**
 * What a training learns from, line by line, without a date or a name of the machine: the corpora in `folder` by the
 * digests that `sha256sum` prints, the values that the engine reads in them, the rules' own tests, and benign text.
 */
export function trainingRecord(
  folder: string,
  examples: readonly Example[],
  sources: readonly TextSource[],
  options: FitOptions,
): TrainingRecord {
  const corpora = corpusFilesIn(folder).map((name) =>
    `corpus ${name}: sha256 ${
      createHash("sha256").update(Deno.readFileSync(join(folder, name))).digest("hex")
    }`
  );
  const isOwn = (example: Example) => example.corpus === "rules";
  return {
    options: { ...options },
    inputs: [
      ...corpora,
      examplesLine("values of the corpora as the engine reads them", examples.filter((each) => !isOwn(each))),
      examplesLine("values of the rules' own tests", examples.filter(isOwn)),
      ...sources.map(sourceLine),
    ],
  };
}

/** `debian git 1:2.39.5-0+deb12u3: 1363 texts, 0123456789abcdef`. */
export function sourceLine({ name, texts }: TextSource): string {
  return `${name}: ${texts.length} texts, ${digestOf(texts)}`;
}

function examplesLine(what: string, examples: readonly Example[]): string {
  const digest = digestOf(
    examples.flatMap((each) => [each.group, each.site, String(each.isAttack), ...each.texts]),
  );
  return `${what}: ${examples.length} requests, ${digest}`;
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}\n`).update(text);
  return hash.digest("hex").slice(0, DIGEST_CHARS);
}

/** What tells two trainings apart, one line each; none: they give the same model. */
export function recordDifferences(before: TrainingRecord | null, now: TrainingRecord): string[] {
  if (before === null) return ["the model before has no record of its training"];
  const was = linesOf(before);
  const is = linesOf(now);
  return [
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ];
}

function linesOf({ options, inputs }: TrainingRecord): string[] {
  return [...Object.entries(options).map(([name, value]) => `${name} ${value}`), ...inputs];
}
