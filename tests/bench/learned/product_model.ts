import type { TrainedModel } from "../../../src/waf/learned/model_file.ts";
import { isBrowsing, quantile, unseenBenign } from "./evaluate.ts";
import type { Example } from "./examples.ts";
import { fit } from "./fit.ts";

/** Share of the different benign requests of unseen sites that lie above the threshold; some 0.3 % of all requests. */
const ABOVE_THRESHOLD = 0.01;
/** What a rule's doubt adds to the model's: so far below the threshold a broad rule still counts. */
const CONFIRM_BELOW = 4;

/** A model with its threshold, and from how many requests that comes. */
export interface ProductModel {
  readonly model: TrainedModel;
  readonly thresholdRequests: number;
}

/** Trains as for the product: weights from all examples, the threshold from browsing that was not learned from. */
export function trainProductModel(examples: readonly Example[], texts: readonly string[]): ProductModel {
  const unseen = unseenBenign(examples, texts).filter((each) => isBrowsing(each.example));
  // One request that a page sends a hundred times must not set the threshold alone.
  const distinct = new Map(unseen.map((each) => [each.example.texts.join("\n"), each.score]));
  const threshold = Number(quantile([...distinct.values()], ABOVE_THRESHOLD).toFixed(2));
  const confirmAbove = Number((threshold - CONFIRM_BELOW).toFixed(2));
  return { model: { ...fit(examples, texts), threshold, confirmAbove }, thresholdRequests: distinct.size };
}
