import type { HeaderList } from "../../core/header_list.ts";
import { isFieldValue } from "../../core/header_edits.ts";
import { fillTemplate, type TemplatePart, type TemplateValues } from "../../core/template.ts";

/** One thing done to a list of header fields. */
export type HeaderStep =
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "set" | "add"; readonly name: string; readonly value: readonly TemplatePart[] };

/** What stage 28 makes of a request before it goes to whatever target is chosen. */
export interface Rewrite {
  /** Path and query as they go on the wire. */
  readonly target: string;
  /** Instead of the host's own choice. */
  readonly host: readonly TemplatePart[] | null;
  /** In order. */
  readonly headers: readonly HeaderStep[];
}

/**
 * Does the steps to `fields`, in order. Returns the names of fields whose value could not stand in a header.
 *
 * [SECURITY] Such a field is removed, not left as it was: what the client sent under that name must not pass for what
 * the operator meant to set.
 */
export function editFields(
  fields: HeaderList,
  steps: readonly HeaderStep[],
  values: TemplateValues,
): readonly string[] {
  let refused: string[] | null = null;
  for (const step of steps) {
    if (step.kind === "remove") {
      fields.delete(step.name);
      continue;
    }
    const value = fillTemplate(step.value, values);
    if (isFieldValue(value)) {
      if (step.kind === "set") fields.set(step.name, value);
      else fields.append(step.name, value);
      continue;
    }
    if (step.kind === "set") fields.delete(step.name);
    (refused ??= []).push(step.name);
  }
  return refused ?? NONE;
}

const NONE: readonly string[] = Object.freeze([]);
