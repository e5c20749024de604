import { z } from "zod";
import { fieldNameFault, isFieldValue, NO_HEADER_EDITS } from "../core/header_edits.ts";
import { isTemplateFault, parseTemplate, type TemplateRules } from "../core/template.ts";
import { complain } from "./fields.ts";

const LONGEST_VALUE = 4_096;
const MOST_FIELDS = 64;

/** What is wrong with the value of a header, variables and all; or null. */
function headerTemplateFault(text: string, rules: TemplateRules = {}) {
  // [SECURITY] response and request splitting (CWE-113); looked at again once the variables are filled in.
  if (!isFieldValue(text)) {
    return { message: "holds a character that a header cannot hold", remedy: "use visible ASCII characters" };
  }
  const parsed = parseTemplate(text, rules);
  return isTemplateFault(parsed) ? parsed : null;
}

/** The name of a field that an edit names, lower case. */
export function FieldName(side: "request" | "response") {
  return z.string().max(128).overwrite((name) => name.trim().toLowerCase())
    .check(complain((name: string) => fieldNameFault(name, side)));
}

/** The value of a field, with variables. */
export const FieldTemplate = z.string().max(LONGEST_VALUE).check(
  complain((text: string) => headerTemplateFault(text)),
);

/** Names, whatever their case, and their values. */
function Fields(side: "request" | "response") {
  return z.record(z.string().max(128), FieldTemplate).overwrite(lowerNames).check((payload) => {
    const names = Object.keys(payload.value);
    if (names.length > MOST_FIELDS) {
      payload.issues.push({
        code: "custom",
        message: `names ${names.length} headers`,
        params: { remedy: `at most ${MOST_FIELDS}` },
        input: payload.value,
      });
    }
    for (const name of names) {
      const fault = fieldNameFault(name, side);
      if (fault === null) continue;
      payload.issues.push({
        code: "custom",
        path: [name],
        message: fault.message,
        params: { remedy: fault.remedy },
        input: payload.value[name],
      });
    }
  });
}

function lowerNames(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.trim().toLowerCase(), value]),
  );
}

/** `set`, `add` and `remove` of `request_headers` or `response_headers`, without defaults. */
export function HeaderEditsFields(side: "request" | "response") {
  return z.strictObject({
    set: Fields(side),
    add: Fields(side),
    remove: z.array(FieldName(side)).max(MOST_FIELDS),
  });
}

/** The same, where what is left out is empty. */
export function HeaderEditsInput(side: "request" | "response") {
  const { set, add, remove } = HeaderEditsFields(side).shape;
  return z.strictObject({
    set: set.default({ ...NO_HEADER_EDITS.set }),
    add: add.default({ ...NO_HEADER_EDITS.add }),
    remove: remove.default([...NO_HEADER_EDITS.remove]),
  });
}
