import type { TrainedModel } from "../../../src/waf/learned/model_file.ts";
import { quantile, unseenTexts } from "./evaluate.ts";
import type { Example } from "./examples.ts";
import { fit } from "./fit.ts";

/** Share of the different texts of unseen sites that lie above the threshold; some 0.3 % of all requests. */
const ABOVE_THRESHOLD = 0.01;
/** Finer steps than this are noise: another seed moves the threshold by as much. */
const THRESHOLD_STEP = 0.5;
/**
 * The mean of several models draws scores together. At this spread the steps above the threshold (opinion.ts) mean what
 * they did: of 4,349 texts from applications that nobody trained on three lie where the model alone refuses.
 */
const STRETCH = 1.6;
/** What a rule's doubt adds to the model's: so far below the threshold a broad rule still counts. */
const CONFIRM_BELOW = 4;

/** A model with its threshold, and from how many texts that comes. */
export interface ProductModel {
  readonly model: TrainedModel;
  readonly thresholdTexts: number;
}

/**
 * Trains as for the product: weights from all examples, the threshold from texts of real browsing that were not learned
 * from. Counted are different texts: one that a page sends a hundred times, in another request each, must not set the
 * threshold alone.
 */
export function trainProductModel(examples: readonly Example[], texts: readonly string[]): ProductModel {
  const unseen = [...unseenTexts(examples, texts).values()];
  const bar = quantile(unseen, ABOVE_THRESHOLD) * STRETCH;
  // Adding 0 makes 0 of -0.
  const threshold = Math.ceil(bar / THRESHOLD_STEP) * THRESHOLD_STEP + 0;
  const { scale, bias, ...weights } = fit(examples, texts);
  const stretched = { ...weights, scale: scale * STRETCH, bias: bias * STRETCH };
  return {
    model: { ...stretched, threshold, confirmAbove: threshold - CONFIRM_BELOW },
    thresholdTexts: unseen.length,
  };
}
