import type { FormState, ViewContext } from "../model.ts";

/** Why nothing can be changed here. */
export const FIXED_TEXT = "Fixed by the configuration file: change it there and reload.";

/** A form whose fields are settings: those that the configuration file fixes show that instead of taking changes. */
export function settingsForm(ctx: ViewContext, form: FormState): FormState {
  return ctx.fixed.length === 0 ? form : { ...form, fixed: ctx.fixed };
}

/** `name`: of a setting (`proxies.trusted`), of a part of one (`default_site.kind`), or of a whole group of them. */
export function isFixed(fixed: readonly string[] | undefined, name: string): boolean {
  return fixed?.some((key) => name === key || name.startsWith(`${key}.`)) === true;
}
