import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { AegisError } from "../../core/errors.ts";
import type { LearnedModel } from "../../core/learned_model.ts";
import { FEATURES } from "./feature_scan.ts";
import { buildVocabulary } from "./vocabulary.ts";

/** What training gives. No text of any corpus is in it: weights, and hashes of single words. */
export interface TrainedModel {
  readonly threshold: number;
  readonly confirmAbove: number;
  readonly scale: number;
  readonly bias: number;
  readonly weights: Int8Array;
  readonly wordHashes: Int32Array;
}

/** What a model was trained from, and how. Who has the same trains the same bytes. */
export interface TrainingRecord {
  readonly options: Readonly<Record<string, number>>;
  /** One line each: what it is, how much of it, and a digest. */
  readonly inputs: readonly string[];
}

/** `rules/learned/model.json`: numbers as they are, arrays as base64 of their little-endian bytes. */
interface ModelFile {
  readonly form: 1;
  readonly threshold: number;
  readonly confirm_above: number;
  readonly scale: number;
  readonly bias: number;
  /** Absent where a model was never meant to be kept. */
  readonly trained_from?: TrainingRecord;
  readonly words: string;
  readonly weights: string;
}

export function writeModelFile(model: TrainedModel, record: TrainingRecord | null = null): string {
  const file: ModelFile = {
    form: 1,
    threshold: model.threshold,
    confirm_above: model.confirmAbove,
    scale: model.scale,
    bias: model.bias,
    ...(record === null ? {} : { trained_from: record }),
    words: base64Of(model.wordHashes),
    weights: base64Of(model.weights),
  };
  return JSON.stringify(file, null, 2) + "\n";
}

/** Null: a model without a record. */
export function trainingRecordOf(text: string): TrainingRecord | null {
  return (JSON.parse(text) as ModelFile).trained_from ?? null;
}

/** Puts a model into memory that threads can share. Throws AegisError `internal` where the file is no model. */
export function readModelFile(text: string): LearnedModel {
  const file = JSON.parse(text) as ModelFile;
  const weights = Buffer.from(file.weights, "base64");
  if (file.form !== 1 || weights.length !== FEATURES) {
    throw new AegisError("internal", "the learned model does not load", { privateText: `form ${file.form}` });
  }
  const shared = new Int8Array(new SharedArrayBuffer(FEATURES));
  shared.set(weights);
  const words = Buffer.from(file.words, "base64");
  return {
    version: createHash("sha256").update(text).digest("hex").slice(0, 12),
    threshold: file.threshold,
    confirmAbove: file.confirm_above,
    scale: file.scale,
    bias: file.bias,
    weights: shared,
    ...buildVocabulary(Int32Array.from({ length: words.length >> 2 }, (_, i) => words.readInt32LE(i * 4))),
  };
}

/** What was trained, ready to score in this thread. */
export function asLearnedModel(model: TrainedModel): LearnedModel {
  return readModelFile(writeModelFile(model));
}

function base64Of(array: Int8Array | Int32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
}
