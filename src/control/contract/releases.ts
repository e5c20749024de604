import { z } from "zod";
import { LONGEST_RELEASE } from "../../waf/release/rule_release.ts";
import { contract } from "../operation_contract.ts";
import { count, id, nothing, timestamp } from "./common.ts";

/** `built-in`, or the version of an imported one. */
const version = z.string().regex(/^(?:built-in|[0-9a-f]{12})$/, "built-in, or 12 hex digits");
const named = z.strictObject({ id: z.string(), name: z.string() });

const releaseView = z.strictObject({
  version,
  /** Of the files; two with the same digits are the same rules. */
  digest: z.string(),
  origin: z.enum(["built-in", "imported"]),
  rules: count,
  in_force: z.boolean(),
  /** It served before the one in force: one click brings it back. */
  former: z.boolean(),
  /** As its maker says; null: it comes with the program. */
  issued_at: timestamp.nullable(),
  /** The public key that signed it; empty: it comes with the program. */
  key: z.string(),
  imported_at: timestamp.nullable(),
  imported_by: z.string(),
});

export const releasesContract = {
  "releases.list": contract({
    summary: "The rule set in force, and the signed ones that could be",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.strictObject({
      releases: z.array(releaseView),
      since: timestamp.nullable(),
      /** Public keys whose signatures count (`waf.rule_set_keys`). */
      trusted_keys: z.array(z.string()),
      /** Why the chosen one is not in force and the built-in one stands in for it; empty: all is well. */
      failure: z.string(),
    }),
  }),
  "releases.import": contract({
    summary:
      "Take a signed rule set: its signature, its rules and their tests are checked; it is not in force yet",
    role: "admin",
    changes: true,
    input: z.strictObject({ release: z.string().min(1).max(LONGEST_RELEASE) }),
    output: releaseView,
  }),
  "releases.compare": contract({
    summary: "What another rule set would change: its rules, and what it would have done in the request log",
    role: "viewer",
    changes: false,
    input: z.strictObject({ version, days: z.int().min(1).max(90).default(7) }),
    output: z.strictObject({
      release: releaseView,
      /** It was signed before the one in force was. */
      is_older: z.boolean(),
      added: z.array(named),
      removed: z.array(named),
      changed: z.array(named),
      /** The learned second opinion has other weights. */
      model_changed: z.boolean(),
      trial: z.strictObject({
        requests: count,
        looked_back_to: timestamp,
        /** False: the time for one trial was over before all days were seen. */
        complete: z.boolean(),
        /** Of these requests, judged as a whole because they are kept as evidence; of others the log has the line and the user agent. */
        seen_whole: count,
        /** As if every host enforced. */
        newly_refused: count,
        no_longer_refused: count,
        samples: z.array(z.strictObject({
          id,
          at: timestamp,
          host: z.string(),
          method: z.string(),
          target: z.string(),
          becomes: z.enum(["refused", "let pass"]),
          rules: z.array(z.string()),
        })),
      }),
    }),
  }),
  "releases.activate": contract({
    summary: "Put a rule set in force; the one before it is kept",
    role: "admin",
    changes: true,
    input: z.strictObject({ version }),
    output: releaseView,
  }),
  "releases.back": contract({
    summary: "Put the rule set in force again that was before this one",
    role: "admin",
    changes: true,
    input: nothing,
    output: releaseView,
  }),
  "releases.delete": contract({
    summary: "Forget an imported rule set that is not in force",
    role: "admin",
    changes: true,
    input: z.strictObject({ version }),
    output: nothing,
  }),
};
