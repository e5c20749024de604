import { z } from "zod";
import { MOST_EVIDENCE_HOURS } from "../core/evidence.ts";

/** `evidence` of a host: for how many hours whole requests that rules refused are kept. */
export const Evidence = z.union([z.literal("off"), z.int().min(1).max(MOST_EVIDENCE_HOURS)], {
  error: `write off, or hours from 1 to ${MOST_EVIDENCE_HOURS}`,
});
