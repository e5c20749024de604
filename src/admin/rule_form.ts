import { stringify } from "yaml";
import { FIELD_NAMES } from "../waf/condition_names.ts";
import type { FieldError } from "../core/errors.ts";
import { correlateOf, sequencesOf } from "./correlated_rule_form.ts";
import { FormReader } from "./form_reader.ts";

/** Values of the rule form by name: `g.0.c.1.value` is a condition of a group. */
type Values = Readonly<Record<string, string>>;

const MOST_GROUPS = 8;
const MOST_CONDITIONS = 20;

/** What a rule form begins with. */
export const NEW_RULE: Values = Object.freeze({
  name: "",
  why: "",
  severity: "medium",
  action: "block",
  kind: "conditions",
  join: "and",
  "g.0.join": "and",
  "g.0.c.0.field": "Path",
  "g.0.c.0.operator": "starts with",
});

/** Adds or removes a group or a condition, as the pressed button (`do`) says; what is left is numbered anew. */
export function reshaped(values: Values): Record<string, string> {
  const groups = groupsOf(values);
  const [verb = "", group = "", condition = ""] = (values["do"] ?? "").split(".");
  const chosen = groups[Number(group)];
  if (verb === "add-group" && groups.length < MOST_GROUPS) {
    groups.push({ join: "and", conditions: [{ field: "Path", operator: "contains" }] });
  }
  if (verb === "add" && chosen !== undefined && chosen.conditions.length < MOST_CONDITIONS) {
    chosen.conditions.push({ field: "Path", operator: "contains" });
  }
  if (verb === "remove") chosen?.conditions.splice(Number(condition), 1);
  const left = groups.filter((each) => each.conditions.length > 0);
  const others = Object.entries(values).filter(([name]) => !/^(?:g\.|do$|csrf$)/.test(name));
  return { ...Object.fromEntries(others), ...valuesOf(left.length === 0 ? groupsOf(NEW_RULE) : left) };
}

/** What is said of rules that were taken, and of those whose id was another rule's already. */
export function inForceText(
  { imported, renamed }: {
    readonly imported: number;
    readonly renamed: readonly { readonly from: string; readonly to: string }[];
  },
): string {
  const text = imported === 1 ? "1 rule is in force" : `${imported} rules are in force`;
  if (renamed.length === 0) return text;
  const pairs = renamed.slice(0, 3).map(({ from, to }) => `${from} as ${to}`).join(", ");
  return `${text}; another rule had its id: ${pairs}${renamed.length > 3 ? " and others" : ""}`;
}

/** The rule as a rule file writes it. Throws AegisError with the fields of the form that cannot be read. */
export function ruleText(values: Values): string {
  const form = new FormReader(values);
  const match = matchOf(form, values);
  const tests = "correlate" in match ? sequencesOf : examples;
  const rule = {
    ...(form.optional("id") === undefined ? {} : { id: form.text("id") }),
    name: form.text("name"),
    why: form.text("why"),
    severity: form.text("severity"),
    action: form.text("action"),
    ...(form.text("action") === "redirect" ? { redirect_url: form.text("redirect_url") } : {}),
    ...("regex" in match && form.list("targets").length > 0 ? { targets: form.list("targets") } : {}),
    match,
    tests: { match: tests(form, "tests.match"), pass: tests(form, "tests.pass") },
  };
  form.done();
  return stringify({ version: 1, rules: [rule] }, { lineWidth: 0 });
}

function matchOf(form: FormReader, values: Values) {
  const kind = form.text("kind");
  if (kind === "regex") return { regex: form.text("regex") };
  if (kind === "correlate") return { correlate: correlateOf(form) };
  refuseNameless(form, values);
  return { conditions: conditionsOf(values) };
}

/** Errors of an import, at the fields of the form: `rules.0.match.conditions.of.1.of.0.value` → `g.1.c.0.value`. */
export function atFormFields(errors: readonly FieldError[]): FieldError[] {
  return errors.map((error) => ({
    ...error,
    field: error.field.replace(/^rules\.0\./, "")
      .replace(
        // One entry of a list stands in the field of the whole list.
        /^match\.conditions\.of\.(\d+)\.of\.(\d+)\.?([^.]*).*$/,
        (_, group, condition, rest) =>
          `g.${group}.c.${condition}.${rest === "target" || rest === "" ? "field" : rest}`,
      )
      .replace(/^match\.regex$/, "regex").replace(/^match\.correlate\.([a-z_]+).*$/, "$1").replace(
        /^(tests\.(?:match|pass))\..*$/,
        "$1",
      ),
  }));
}

interface GroupDraft {
  readonly join: string;
  readonly conditions: Record<string, string>[];
}

const CONDITION_KEYS = ["field", "named", "operator", "value", "case"];

function groupsOf(values: Values): GroupDraft[] {
  const groups: GroupDraft[] = [];
  for (let g = 0; g < MOST_GROUPS && values[`g.${g}.join`] !== undefined; g++) {
    const conditions: Record<string, string>[] = [];
    for (let c = 0; c < MOST_CONDITIONS && values[`g.${g}.c.${c}.field`] !== undefined; c++) {
      const given = CONDITION_KEYS.map((key) => [key, values[`g.${g}.c.${c}.${key}`]]);
      conditions.push(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
    }
    groups.push({ join: values[`g.${g}.join`] === "or" ? "or" : "and", conditions });
  }
  return groups;
}

function valuesOf(groups: readonly GroupDraft[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [g, { join, conditions }] of groups.entries()) {
    values[`g.${g}.join`] = join;
    for (const [c, condition] of conditions.entries()) {
      for (const [key, value] of Object.entries(condition)) values[`g.${g}.c.${c}.${key}`] = value;
    }
  }
  return values;
}

function conditionsOf(values: Values) {
  return {
    join: values["join"] === "or" ? "or" : "and",
    of: groupsOf(values).map(({ join, conditions }) => ({ join, of: conditions.map(conditionOf) })),
  };
}

/** "Specific Header" and its like stand for nothing without the name of the header. */
function refuseNameless(form: FormReader, values: Values): void {
  for (const [g, { conditions }] of groupsOf(values).entries()) {
    for (const [c, { field = "", named = "" }] of conditions.entries()) {
      if (!isNamedField(field) || named.trim() !== "") continue;
      form.refuse(`g.${g}.c.${c}.named`, "a name is missing", `write the name that ${field} means`);
    }
  }
}

function isNamedField(field: string): boolean {
  return FIELD_NAMES.some((each) => each.name === field && each.target.endsWith(":"));
}

function conditionOf(draft: Readonly<Record<string, string>>) {
  const { field = "", named = "", operator = "", value = "" } = draft;
  const isNamed = isNamedField(field);
  const isList = /in list|IP in range/.test(operator);
  const entries = value.split(/[\s,]+/).filter((entry) => entry !== "");
  return {
    field: isNamed ? `${field}: ${named.trim()}` : field,
    operator,
    ...(/exist/.test(operator) ? {} : { value: isList ? entries : value }),
    ...(draft["case"] === "on" ? { case_sensitive: true } : {}),
  };
}

/** Lines as `POST /path?query | Header: value | body text`. */
function examples(form: FormReader, name: string) {
  return form.text(name).split("\n").filter((line) => line.trim() !== "").map((line) => {
    const [head = "", ...rest] = line.split(" | ");
    const found = /^\s*(?:([A-Z]{1,20})\s+)?(\/[^\s?]*)(?:\?(\S*))?\s*$/.exec(head);
    if (found === null) {
      form.refuse(
        name,
        `"${line.slice(0, 60)}" cannot be read`,
        "write a path, as POST /sign-in?next=/ | Cookie: a=b",
      );
      return {};
    }
    const headers = rest.filter((part) => /^[\w-]+:\s/.test(part)).map((part) =>
      part.split(/:\s+/, 2) as [string, string]
    );
    const body = rest.find((part) => !/^[\w-]+:\s/.test(part));
    return {
      ...(found[1] === undefined ? {} : { method: found[1] }),
      path: found[2],
      ...(found[3] === undefined ? {} : { query: found[3] }),
      ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
      ...(body === undefined ? {} : { body }),
    };
  });
}
