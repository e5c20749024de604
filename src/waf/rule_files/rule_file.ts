import { LineCounter, parseDocument } from "yaml";
import { AegisError, type FieldError } from "../../core/errors.ts";
import type { Rule } from "../../core/rule.ts";
import type { RuleFileText } from "./builtin.ts";
import { checkExamples, checkRule } from "./rule_check.ts";
import { ruleFrom } from "./rule_defaults.ts";
import { type ExampleRequest, type ExampleSequence, ruleFileSchema } from "./rule_schema.ts";
import { lineOf } from "./yaml_line.ts";

/** A request; of a correlated rule a sequence of them. */
export type RuleExample = ExampleRequest | ExampleSequence;

/** A rule with what only its author and its tests need. */
export interface LoadedRule {
  readonly rule: Rule;
  readonly tests: { readonly match: readonly RuleExample[]; readonly pass: readonly RuleExample[] };
  readonly file: string;
  /** Line of the rule's first field, from 1. */
  readonly line: number;
}

/**
 * Loads rule files, all or nothing. Throws AegisError `invalid_input` with every problem of every file: file, line,
 * field, message and remedy. A rule without `match` and `pass` tests, a repeated id, and a pattern that does not run
 * in linear time are problems.
 */
export function loadRuleFiles(files: readonly RuleFileText[]): LoadedRule[] {
  const problems: FieldError[] = [];
  const loaded: LoadedRule[] = [];
  const ids = new Map<string, LoadedRule>();
  for (const file of files) {
    for (const each of loadFile(file, problems)) {
      const twin = ids.get(each.rule.id);
      if (twin === undefined) {
        ids.set(each.rule.id, each);
        loaded.push(each);
      } else problems.push(repeated(each, twin));
    }
  }
  if (problems.length > 0) throw refused(problems);
  return loaded;
}

function refused(problems: readonly FieldError[]): AegisError {
  const lines = problems.map((each) => `${each.file}:${each.line} ${each.field}: ${each.message}`);
  return new AegisError("invalid_input", `${problems.length} problem(s) in rule files`, {
    fields: problems,
    privateText: lines.join("\n"),
  });
}

function repeated(each: LoadedRule, twin: LoadedRule): FieldError {
  return {
    file: each.file,
    line: each.line,
    field: "id",
    message: `rule id "${each.rule.id}" stands already in ${twin.file}, line ${twin.line}`,
    remedy: "give every rule an id of its own",
  };
}

function loadFile(file: RuleFileText, problems: FieldError[]): LoadedRule[] {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const lineAt = (path: readonly PropertyKey[]) => lineOf(document.contents, lines, path);
  for (const error of [...document.errors, ...document.warnings]) {
    problems.push({
      file: file.name,
      line: error.linePos?.[0].line ?? 1,
      field: "",
      message: error.message.split("\n")[0]!,
      remedy: "correct the YAML",
    });
  }
  if (document.errors.length > 0) return [];
  const parsed = ruleFileSchema.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push({
        file: file.name,
        line: lineAt(issue.path),
        field: issue.path.join("."),
        message: issue.message,
      });
    }
    return [];
  }
  return parsed.data.rules.flatMap((written, i): LoadedRule[] => {
    const rule = ruleFrom(written, parsed.data.family, "built-in");
    const found = checkRule(rule);
    if (written.tests === undefined) found.push(WITHOUT_TESTS);
    else found.push(...checkExamples(rule, written.tests));
    for (const problem of found) {
      const path = [
        "rules",
        i,
        ...problem.field.split(".").map((key) => /^\d+$/.test(key) ? Number(key) : key),
      ];
      problems.push({ ...problem, file: file.name, line: lineAt(path), field: path.join(".") });
    }
    if (found.length > 0) return [];
    return [{ rule, tests: written.tests!, file: file.name, line: lineAt(["rules", i]) }];
  });
}

const WITHOUT_TESTS: FieldError = {
  field: "tests",
  message: "the rule has no tests",
  remedy: "add tests with at least one request under match and one under pass",
};
