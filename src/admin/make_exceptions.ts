import type { ToastMessage } from "../../views/model.ts";
import { AegisError } from "../core/errors.ts";
import type { Actor, OperationInput, OperationOutput } from "../control/operation.ts";
import type { AdminDeps } from "./deps.ts";

/** Makes exceptions from one request; returns what to say of them, with the way back. Throws where there is none to make. */
export async function makeExceptions(
  deps: AdminDeps,
  actor: Actor,
  wanted: readonly OperationInput<"exceptions.create">[],
): Promise<ToastMessage> {
  if (wanted.length === 0) throw new AegisError("invalid_input", "choose at least one rule");
  const made: OperationOutput<"exceptions.create">[] = [];
  for (const input of wanted) made.push(await deps.perform(actor, "exceptions.create", input));
  const verb = made.length === 1 ? "lets" : "let";
  return {
    text: `${made.map((each) => each.rule_id).join(", ")} ${verb} this pass from now on${
      remainder(made.at(-1))
    }`,
    undo: {
      action: "/rules/exceptions/take-back",
      fields: { ids: made.map((each) => each.id).join(" ") },
    },
  };
}

/** What replay says besides: the last of the exceptions was tried with all the others in force. */
function remainder(made: OperationOutput<"exceptions.create"> | undefined): string {
  if (made?.verified_by !== "replay") return "";
  const { still_refused_by: still } = made;
  return still.length === 0
    ? ", as its replay shows"
    : `; by replay ${still.join(", ")} would still refuse it`;
}
