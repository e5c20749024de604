import type { OperationOutput } from "./operation.ts";

/** What only the running process knows; the offline CLI gives what it has. */
export type SystemFacts = Omit<
  OperationOutput<"system.status">,
  "database" | "snapshot_version" | "ruleset_version" | "automatic_bans"
>;
