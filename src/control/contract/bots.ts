import { z } from "zod";
import { AGENT_KINDS } from "../../core/host_bots.ts";
import { contract } from "../operation_contract.ts";
import { count } from "./common.ts";

export const botsContract = {
  "bots.explain": contract({
    summary: "Why requests with this head would look automated, or not",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      /** Fields as the program sends them and in its order, one an entry: `Accept: text/html`. */
      headers: z.array(z.string().max(8_192)).max(128),
      protocol: z.enum(["HTTP/1.1", "HTTP/2"]).default("HTTP/1.1"),
      tls: z.boolean().default(true),
    }),
    output: z.strictObject({
      score: count,
      /** From so many points on. */
      line: count,
      looks_automated: z.boolean(),
      reasons: z.array(z.strictObject({ points: count, text: z.string() })),
      /** The program, where its user agent is known. */
      agent: z.strictObject({ kind: z.enum(AGENT_KINDS), text: z.string() }).nullable(),
      /** As a rule can ask for it. */
      fingerprint: z.string(),
    }),
  }),
};
