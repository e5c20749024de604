import text from "../../../rules/learned/model.json" with { type: "text" };
import type { LearnedModel } from "../../core/learned_model.ts";
import { readModelFile } from "./model_file.ts";

/** The embedded model's file, as a part of the rule set's version. */
export const BUILTIN_MODEL_TEXT: string = text;

/** The embedded model. Only control reads it; gateways get it with their snapshot, in shared memory. */
export function builtinModel(): LearnedModel {
  return readModelFile(text);
}
