import type { ExampleRequest } from "../../../src/waf/rule_files/rule_schema.ts";
import { Random } from "../../fuzz/random.ts";
import { APPLICATIONS } from "./applications.ts";

export interface HonestRequest {
  readonly application: string;
  readonly example: ExampleRequest;
}

/** Requests of each application. */
const EACH = 220;
const SEED = 20_260;

/**
 * The benign corpus of this repository: honest requests of twelve kinds of application, the same at every run. Nothing
 * of it was recorded; its texts, names and programs were written for it, with all that looks like an attack and is
 * none.
 */
export function honestRequests(): HonestRequest[] {
  const random = new Random(SEED);
  return Object.entries(APPLICATIONS).flatMap(([application, make]) =>
    Array.from({ length: EACH }, () => ({ application, example: make(random) }))
  );
}

/** Share of the corpus that may be refused at paranoia 1. */
export const HONEST_BUDGET = 0.003;
