import { z } from "zod";
import { count } from "./common.ts";
import { contract } from "../operation_contract.ts";

export const readinessContract = {
  "hosts.readiness": contract({
    summary: "What enforcing would have refused of a host's last seven days",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id: z.string().min(1).max(253) }),
    output: z.strictObject({
      mode: z.enum(["off", "detect", "enforce"]),
      /** Of seven, since the first with traffic. */
      days_seen: count,
      /** The host detects, and has for long enough. */
      is_ready: z.boolean(),
      requests: count,
      would_refuse: count,
      clients: count,
      groups: z.array(z.strictObject({
        rules: z.array(z.strictObject({ id: z.string(), name: z.string() })),
        requests: count,
        clients: count,
        /** One of them: its page offers an exception. */
        sample: z.strictObject({
          id: z.string(),
          method: z.string(),
          target: z.string(),
          client: z.string(),
        }),
      })),
      /** False: there are more findings than were looked at. */
      complete: z.boolean(),
    }),
  }),
};
