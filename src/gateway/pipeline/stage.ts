import type { Verdict } from "../../core/verdict.ts";
import type { Flow } from "./flow.ts";

/** One row of "The order of checks": looks at an exchange, says what becomes of it, never throws for a client's fault. */
export interface Stage {
  /** Number and name of its row. */
  readonly name: string;
  /** What an unexpected throw of this stage means: the request goes on, or ends as `internal`. */
  readonly onError: "open" | "closed";
  run(flow: Flow): Verdict | Promise<Verdict>;
}

/** The rows of the order of checks whose refusals a white-listed client is spared. */
export const FIRST_MARKABLE_STAGE = 11;
export const LAST_MARKABLE_STAGE = 27;
/** The row that challenges by itself; others do because a rule says so. */
export const CHALLENGE_STAGE = 15;

/** The row's number: its name begins with it. */
export function stageNumber(stage: Stage): number {
  return Number(stage.name.slice(0, 2));
}
