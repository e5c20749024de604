import { AegisError } from "../core/errors.ts";
import { parseSequence } from "../control/rules/sequence_lines.ts";
import type { FormReader } from "./form_reader.ts";

const OPERATOR = /^(not\s+)?([a-z][a-z-]*)(?:\s+(.*))?$/;

/** `match.correlate` as the rule form has it, with the fields that cannot be read refused at their places. */
export function correlateOf(form: FormReader): Record<string, unknown> {
  const unique = form.text("unique_fields");
  return {
    window_seconds: form.whole("window_seconds"),
    threshold: form.whole("threshold"),
    group_by: form.text("group_by"),
    sequence_mode: form.text("sequence_mode"),
    trigger_rules: lines(form, "trigger_rules").map((line) => {
      const names = line.split(/[\s,]+/).filter((name) => name !== "");
      return names.length === 1 ? names[0] : names;
    }),
    unique_fields: unique === "" ? [] : [unique],
    predicates: lines(form, "predicates").map((line) => predicateOf(form, line)),
  };
}

/** One sequence, a request a line (src/control/sequence_lines.ts), as a rule file writes it; none: no sequence. */
export function sequencesOf(form: FormReader, name: string): unknown[] {
  const text = form.raw(name);
  if (text.trim() === "") return [];
  try {
    return [
      parseSequence(text).map(({ path, headers = [], body = "", ...step }) => {
        const [bare, query] = path.split("?", 2);
        return {
          ...step,
          path: bare,
          ...(query === undefined ? {} : { query }),
          ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
          ...(body === "" ? {} : { body }),
        };
      }),
    ];
  } catch (thrown) {
    if (!(thrown instanceof AegisError)) throw thrown;
    for (const { message, remedy } of thrown.fields) form.refuse(name, message, remedy);
    return [];
  }
}

/** `response.status in-list 401, 403`, with `not` before the operator to turn it round. */
function predicateOf(form: FormReader, line: string): Record<string, unknown> {
  const [field = "", ...rest] = line.trim().split(/\s+/);
  const found = OPERATOR.exec(rest.join(" "));
  if (found === null) {
    form.refuse(
      "predicates",
      `"${line.slice(0, 60)}" cannot be read`,
      "write a field, an operator and a value, as response.status in-list 401, 403",
    );
    return {};
  }
  const [, not, operator = "", value] = found;
  const isList = operator === "in-list" || operator === "ip-in-range";
  return {
    field,
    operator,
    ...(value === undefined ? {} : { value: isList ? value.split(/[\s,]+/) : value }),
    ...(not === undefined ? {} : { negated: true }),
  };
}

function lines(form: FormReader, name: string): string[] {
  return form.raw(name).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
}
