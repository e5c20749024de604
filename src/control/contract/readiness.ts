import { z } from "zod";
import { count, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

export const readinessContract = {
  "hosts.readiness": contract({
    summary: "What enforcing would have refused of a host's last seven days",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id: z.string().min(1).max(253) }),
    output: z.strictObject({
      mode: z.enum(["off", "detect", "enforce"]),
      /** Of seven, since the first with traffic that rules judged. */
      days_seen: count,
      /** The host detects, and was judged for long enough. */
      is_ready: z.boolean(),
      /** When Aegis itself took it back from enforce to detect, where nobody changed its mode since; else null. */
      rolled_back_at: timestamp.nullable(),
      requests: count,
      /** With the exceptions there are by now. */
      would_refuse: count,
      /** Findings of the same days that pass by now. */
      excepted: count,
      clients: count,
      groups: z.array(z.strictObject({
        rules: z.array(z.strictObject({ id: z.string(), name: z.string() })),
        requests: count,
        clients: count,
        /** The newest of them; exceptions can be made of each by its id. */
        samples: z.array(z.strictObject({
          id: z.string(),
          at: timestamp,
          method: z.string(),
          target: z.string(),
          client: z.string(),
          /** Requests that the log counts in it. */
          count,
          /** True: refused while the host enforced. */
          refused: z.boolean(),
        })),
      })),
      /** False: there are more findings than were looked at. */
      complete: z.boolean(),
    }),
  }),
};
