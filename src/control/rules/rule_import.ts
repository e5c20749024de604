import { LineCounter, parseDocument, stringify } from "yaml";
import { fieldErrors } from "../../config/schema_errors.ts";
import { AegisError, type FieldError } from "../../core/errors.ts";
import type { Rule } from "../../core/rule.ts";
import { unknownTriggers } from "../../waf/correlation/correlate_check.ts";
import { checkExamples, checkRule } from "../../waf/rule_files/rule_check.ts";
import { ruleFrom } from "../../waf/rule_files/rule_defaults.ts";
import { runRuleTests } from "../../waf/rule_files/rule_tests.ts";
import { ruleSchema, type WrittenRule } from "../../waf/rule_files/rule_schema.ts";
import { lineOf } from "../../waf/rule_files/yaml_line.ts";

export interface ImportedRule {
  readonly rule: Rule;
  readonly definition: string;
  /** The id that the file gives it, where another rule has that already; else null. */
  readonly was: string | null;
}

type Block = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

const MOST_RULES = 5_000;
const EXAMPLE = "write a list of rules, or {version: 1, rules: [...]}";

interface Ids {
  readonly isTaken: (id: string) => boolean;
  readonly newId: () => string;
  /** Rules may lack tests: those that are only tried, not kept. */
  readonly trial?: boolean;
  /** Rules stay on the host that they name; absent: they are global. */
  readonly keepsHost?: boolean;
  /** Whether a rule or family of this name is there; absent: correlated rules may wait for names that are not. */
  readonly isRule?: (name: string) => boolean;
}

/**
 * Reads custom rules (spec 02, Custom rules): `{version, rules}` or a bare list, in YAML or JSON. All or nothing:
 * `errors` holds every problem with its line, and then there are no rules. `newId` names rules that bring no id, or
 * one that `isTaken`; rules are global, whatever host they name, unless they are to keep it.
 */
export function readCustomRules(
  text: string,
  ids: Ids,
): { rules: ImportedRule[]; errors: FieldError[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
  });
  const syntax = document.errors.map((error): FieldError => ({
    field: "",
    message: error.message.split("\n")[0]!,
    line: lines.linePos(error.pos[0]).line,
    remedy: "correct the YAML",
  }));
  if (syntax.length > 0) return { rules: [], errors: syntax };
  const found = listOf(toPlain(document));
  if (typeof found === "string") {
    return { rules: [], errors: [{ field: "", message: found, line: 1, remedy: EXAMPLE }] };
  }

  const errors: FieldError[] = [];
  const rules: ImportedRule[] = [];
  const taken = new Map<string, number | undefined>();
  const places = new Map<ImportedRule, Path>();
  for (const [i, raw] of found.list.entries()) {
    const at = [...found.at, i];
    const written = isBlock(raw) && typeof raw.id === "string" ? raw.id : null;
    if (written !== null && taken.has(written)) {
      const whole = [...at, "id"];
      const line = lineOf(document.contents, lines, whole);
      errors.push({ ...repeated(written, taken.get(written)), field: whole.join("."), line });
    }
    const read = readRule(raw, ids);
    for (const { path, ...error } of read.errors) {
      const whole = [...at, ...(isBlock(raw) ? asWritten(raw, path) : path)];
      errors.push({ ...error, field: whole.join("."), line: lineOf(document.contents, lines, whole) });
    }
    if (written !== null && !taken.has(written)) taken.set(written, lineOf(document.contents, lines, at));
    if (read.rule === null) continue;
    rules.push(read.rule);
    places.set(read.rule, at);
  }
  for (const { path, ...error } of ids.isRule === undefined ? [] : waitingInVain(places, ids.isRule)) {
    errors.push({ ...error, field: path.join("."), line: lineOf(document.contents, lines, path) });
  }
  return errors.length > 0 ? { rules: [], errors: errors.sort(byLine) } : { rules, errors };
}

function byLine(a: FieldError, b: FieldError): number {
  return (a.line ?? 0) - (b.line ?? 0);
}

/** The same, but throws `invalid_input` with all of the errors. */
export function requireCustomRules(...parts: Parameters<typeof readCustomRules>): ImportedRule[] {
  const { rules, errors } = readCustomRules(...parts);
  if (errors.length === 0) return rules;
  const first = errors[0]!;
  throw new AegisError("invalid_input", `line ${first.line}: ${first.message}`, { fields: errors });
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    // [SECURITY] Aliases could make gigabytes out of a few lines (billion laughs).
    return document.toJS({ maxAliasCount: 0 });
  } catch (thrown) {
    throw new AegisError("invalid_input", "aliases (&name, *name) are not read here", {
      cause: thrown,
      fields: [{
        field: "",
        message: "aliases (&name, *name) are not read here",
        remedy: "write each value out",
      }],
    });
  }
}

function listOf(value: unknown): { list: readonly unknown[]; at: Path } | string {
  const list = Array.isArray(value)
    ? value
    : isBlock(value) && Array.isArray(value.rules)
    ? value.rules
    : null;
  if (list === null) return "no rules found";
  if (list.length === 0) return "the list of rules is empty";
  if (list.length > MOST_RULES) return `${list.length} rules; at most ${MOST_RULES} at once`;
  return { list, at: list === value ? [] : ["rules"] };
}

function readRule(
  raw: unknown,
  { isTaken, newId, trial, keepsHost }: Ids,
): { rule: ImportedRule | null; errors: (FieldError & { path: Path })[] } {
  const mode = isBlock(raw) ? unknownMode(raw) : null;
  if (mode !== null) return { rule: null, errors: [mode] };
  const block = isBlock(raw) ? fromOtherForms(raw) : raw;
  const was = isBlock(block) && typeof block.id === "string" && isTaken(block.id) ? block.id : null;
  const named = isBlock(block) && (typeof block.id !== "string" || was !== null)
    ? { ...block, id: newId() }
    : block;
  const parsed = ruleSchema.safeParse(named);
  if (!parsed.success) {
    const errors = fieldErrors(ruleSchema, parsed.error).map(({ path, field, message, remedy }) => ({
      path,
      field,
      message,
      ...(remedy === undefined ? {} : { remedy }),
    }));
    return { rule: null, errors };
  }
  const { host, ...global } = parsed.data;
  const written = keepsHost === true && host !== undefined ? { ...global, host: host.toLowerCase() } : global;
  const rule = ruleFrom(written, written.category ?? "custom", "custom");
  const errors = [...checkRule(rule), ...checkTests(rule, written.tests, trial !== true)].map((error) => ({
    ...error,
    path: pathOf(error.field),
  }));
  if (errors.length > 0) return { rule: null, errors };
  const { host: _raw, ...kept } = named as Block;
  const definition = stringify(rule.host === undefined ? kept : { ...kept, host: rule.host }, {
    lineWidth: 0,
  });
  return { rule: { rule, definition, was }, errors: [] };
}

/** Correlated rules that name rules or families which are neither there nor in the same file. */
function waitingInVain(
  places: ReadonlyMap<ImportedRule, Path>,
  isRule: (name: string) => boolean,
): (FieldError & { path: Path })[] {
  const own = new Set([...places.keys()].flatMap(({ rule }) => [rule.id, rule.family]));
  return [...places].flatMap(([{ rule }, at]) => {
    if (!("correlate" in rule.match)) return [];
    return unknownTriggers(rule.match.correlate, (name) => own.has(name) || isRule(name))
      .map((error) => ({ ...error, path: [...at, ...pathOf(error.field)] }));
  });
}

function pathOf(field: string): Path {
  return field.split(".").map((key) => /^\d+$/.test(key) ? Number(key) : key);
}

const WITHOUT_TESTS: FieldError = {
  field: "tests",
  message: "the rule has no tests",
  remedy: "add tests with at least one request under match and one under pass",
};

function repeated(id: string, line: number | undefined): { message: string; remedy: string } {
  return {
    message: `rule id "${id}" stands already in line ${line ?? 1}`,
    remedy: "give every rule an id of its own",
  };
}

/** A rule must bring its tests and pass them. Runs them only where the rule compiles. */
function checkTests(rule: Rule, tests: WrittenRule["tests"], needsTests: boolean): FieldError[] {
  if (tests === undefined) return needsTests ? [WITHOUT_TESTS] : [];
  if (checkRule(rule).length > 0) return [];
  const misfits = checkExamples(rule, tests);
  if (misfits.length > 0) return misfits;
  return runRuleTests([{ rule, tests, file: "", line: 0 }]).map(({ expected, index }) => ({
    field: `tests.${expected}.${index}`,
    message: expected === "match" ? "the rule does not find this" : "the rule finds something in this",
    remedy: "correct the rule or the example",
  }));
}

/** Names of `match_mode`, and where each has what it looks for in `match`. */
const MATCH_MODES: Readonly<Record<string, "regex" | "conditions" | "correlate">> = {
  regex: "regex",
  conditions: "conditions",
  correlated: "correlate",
};

/**
 * `description` for `why`; `match_mode` with `pattern` for `match`, where conditions and correlations may stand under
 * their own name as well.
 */
function fromOtherForms(raw: Block): Block {
  const { description, match_mode, ...rest } = raw;
  const why = rest.why ?? description ?? rest.name;
  const reason = why === undefined ? {} : { why };
  const key = MATCH_MODES[String(match_mode)];
  if (key === undefined) return { ...rest, ...(match_mode === undefined ? {} : { match_mode }), ...reason };
  const { pattern, conditions, correlate, ...fields } = rest;
  const wanted = { regex: pattern, conditions: conditions ?? pattern, correlate: correlate ?? pattern }[key];
  const match = key === "conditions" && Array.isArray(wanted) ? { join: "and", of: wanted } : wanted;
  return { match: { [key]: match }, ...fields, ...reason };
}

/** Where the author wrote what became the part of the rule at `path`. */
function asWritten(raw: Block, path: Path): Path {
  const [first, key, ...rest] = path;
  if (raw.match_mode === undefined || first !== "match" || key === undefined) return path;
  const own = Object.hasOwn(raw, key) ? key : "pattern";
  return [own, ...(Array.isArray(raw[String(own)]) && rest[0] === "of" ? rest.slice(1) : rest)];
}

function unknownMode(raw: Block): (FieldError & { path: Path }) | null {
  const { match_mode: mode } = raw;
  if (mode === undefined || MATCH_MODES[String(mode)] !== undefined) return null;
  return {
    path: ["match_mode"],
    field: "match_mode",
    message: `"${String(mode).slice(0, 40)}" is no match_mode`,
    remedy: `write ${Object.keys(MATCH_MODES).join(", ")}, or match: in its place`,
  };
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
