import { AegisError } from "../../core/errors.ts";
import { LEARNED_RULE_ID } from "../../core/learned_model.ts";
import type { Control } from "../control.ts";
import { newId } from "../ids.ts";

const MOST_CUSTOM_RULES = 10_000;

/** Names that rules may bear and refer to, as they are now. */
export function idsIn(control: Control) {
  const known = new Set(control.rules.all().flatMap((rule) => [rule.id, rule.family, LEARNED_RULE_ID]));
  return {
    isTaken: (id: string) => control.rules.has(id),
    newId: () => newId("rule"),
    isRule: (name: string) => known.has(name),
  };
}

/** Throws `conflict` where there is no room for `more` custom rules. */
export function refuseTooMany(control: Control, more: number): void {
  if (control.store.customRules.list().length + more > MOST_CUSTOM_RULES) {
    throw new AegisError("conflict", `there is room for ${MOST_CUSTOM_RULES} custom rules`);
  }
}

/** Throws `read_only` for a rule of aegis.yml. */
export function refuseDeclared(control: Control, id: string): void {
  if (!control.rules.isDeclared(id)) return;
  throw new AegisError("read_only", `${id} is declared in the configuration file: change it there`);
}
