import { AegisError, type FieldError } from "../../core/errors.ts";
import { nearest } from "../../lib/nearest.ts";
import type { Control } from "../control.ts";

/** Of a rule that is asked for itself. */
export function unknownRule(id: string): AegisError {
  return new AegisError("not_found", `there is no rule "${id}"`);
}

/** Of names of rules that stand in a field of an input. */
export function unknownRuleFault(control: Control, field: string, name: string): FieldError {
  const rules = control.rules.all();
  const meant = nearest(name, [...rules.map(({ id }) => id), ...new Set(rules.map(({ family }) => family))]);
  return {
    field,
    message: `there is no rule or family "${name}"`,
    remedy: meant === null ? "see Rules for their ids" : `did you mean "${meant}"?`,
  };
}

/**
 * Throws `invalid_input` where a host's switches name neither a rule nor a family. Those it had `before` stay: their
 * rules may be gone since, and come back with another rule set.
 */
export function refuseUnknownSwitches(
  control: Control,
  switches: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): void {
  const added = Object.keys(switches).filter((name) => !Object.hasOwn(before, name));
  if (added.length === 0) return;
  const known = new Set(control.rules.all().flatMap(({ id, family }) => [id, family]));
  const fields = added.filter((name) => !known.has(name)).map((name) =>
    unknownRuleFault(control, `host.waf.rules.${name}`, name)
  );
  if (fields.length > 0) throw new AegisError("invalid_input", fields[0]!.message, { fields });
}
