import { AegisError, type FieldError } from "../../core/errors.ts";
import { readModelFile } from "../../waf/learned/model_file.ts";
import { MODEL_NAME, readRelease, type RuleRelease } from "../../waf/release/rule_release.ts";
import type { LoadedRule } from "../../waf/rule_files/rule_file.ts";
import { runRuleTests } from "../../waf/rule_files/rule_tests.ts";
import type { Control } from "../control.ts";

/** Tests that failed, as far as they are named. */
const MOST_FAULTS = 50;

export interface CheckedRelease {
  readonly release: RuleRelease;
  readonly rules: readonly LoadedRule[];
}

/**
 * A signed rule set that this version can serve: its signature is one that is trusted, every rule compiles and brings
 * tests, the model loads, and no id is one of the operator's own. Throws AegisError `invalid_input` with every fault,
 * its file and line.
 */
export function checkRelease(control: Control, text: string): CheckedRelease {
  const release = readRelease(text, control.settings().waf.rule_set_keys);
  const rules = control.rules.rulesOf(release);
  refuseBadModel(release);
  const own = new Set(control.rules.own().map(({ rule }) => rule.id));
  const taken = rules.filter(({ rule }) => own.has(rule.id)).map(({ rule, file, line }): FieldError => ({
    field: "release",
    file,
    line,
    message: `a rule of your own is called ${rule.id} as well`,
    remedy: "give yours another id: export, rename, import",
  }));
  if (taken.length > 0) throw refused(taken);
  return { release, rules };
}

/** Throws `invalid_input` with the tests of the rules that come out otherwise than they say. Takes a second or two. */
export function runReleaseTests({ rules }: CheckedRelease): void {
  const faults = runRuleTests(rules).slice(0, MOST_FAULTS).map((failure): FieldError => ({
    field: `${failure.ruleId}.tests.${failure.expected}.${failure.index}`,
    file: failure.file,
    line: failure.line,
    message: failure.expected === "match"
      ? "the rule does not find this"
      : "the rule finds something in this",
    remedy: "this rule set was made for another version of Aegis",
  }));
  if (faults.length > 0) throw refused(faults);
}

function refuseBadModel({ model }: RuleRelease): void {
  try {
    readModelFile(model);
  } catch (cause) {
    throw new AegisError("invalid_input", "the rule set is refused: its learned model does not load", {
      cause,
      fields: [{
        field: "release",
        file: MODEL_NAME,
        message: "the learned model does not load",
        remedy: "this rule set was made for another version of Aegis",
      }],
    });
  }
}

function refused(fields: readonly FieldError[]): AegisError {
  const [first] = fields;
  return new AegisError("invalid_input", `the rule set is refused: ${first!.message}`, { fields });
}
