import { z } from "zod";
import { CHALLENGE_MODES } from "../../core/challenge.ts";
import { contract } from "../operation_contract.ts";
import { count, nothing } from "./common.ts";

export const challengeContract = {
  "challenge.status": contract({
    summary: "How visitors are challenged, and what became of it since the start",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.strictObject({
      /** Of hosts that name none. */
      mode: z.enum(CHALLENGE_MODES),
      /** False: the part is switched off; only high load asks. */
      enabled: z.boolean(),
      /** Pages sent; proofs that held, or waiting that did; what was brought back and did not. */
      issued: count,
      passed: count,
      failed: count,
      /** Proofs that were remembered as used and had to be forgotten before their time. */
      forgotten: count,
    }),
  }),
};
