import { z } from "zod";
import { ENCODINGS } from "../core/compression.ts";

export const CompressionFields = z.strictObject({
  enabled: z.boolean(),
  min_bytes: z.number().int().min(0).max(1_048_576),
  encodings: z.array(z.enum(ENCODINGS)).min(1).max(ENCODINGS.length),
});
