import { AegisError } from "../core/errors.ts";
import type { Control } from "./control.ts";

/** Entries of the audit that are looked through for the last change of one thing. */
const LOOKED_AT = 20;

/** A change that was made on an older version of a thing: says who was first. `subject` as the audit names it. */
export function changedMeanwhile(control: Control, subject: string): AegisError {
  const last = control.store.audit.list({ q: subject, limit: LOOKED_AT }).find((each) =>
    each.subject === subject
  );
  const by = last === undefined ? "" : ` by ${last.actorName}`;
  return new AegisError("precondition_failed", `${subject} was changed meanwhile${by}`, {
    fields: [{
      field: "version",
      message: "is not the newest",
      remedy: "read it again, then repeat your change",
    }],
  });
}
