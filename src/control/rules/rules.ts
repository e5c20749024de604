import { parse, stringify } from "yaml";
import { AegisError } from "../../core/errors.ts";
import type { RuleSwitch } from "../../core/rule.ts";
import { runRuleTests } from "../../waf/rule_files/rule_tests.ts";
import type { Bodies, Change } from "../body.ts";
import type { Control } from "../control.ts";
import { newId } from "../ids.ts";
import type { OperationArguments } from "../operation.ts";
import { backtest } from "./rule_backtest.ts";
import { benchRules } from "./rule_bench.ts";
import { familyName } from "./rule_catalogue.ts";
import { type ImportedRule, readCustomRules, requireCustomRules } from "./rule_import.ts";
import { idsIn, refuseDeclared, refuseTooMany } from "./rule_ids.ts";
import { idsOfSet, RULE_SETS } from "./rule_sets.ts";
import { ruleDetail, type RuleView, ruleViews } from "./rule_views.ts";
import { testRules } from "./rule_tester.ts";
import { testSequence } from "./sequence_tester.ts";
import { unknownRule } from "./unknown_rule.ts";

type Name =
  | "rules.list"
  | "rules.get"
  | "rules.switch"
  | "rules.test"
  | "rules.lint"
  | "rules.run_tests"
  | "rules.backtest"
  | "rules.bench"
  | "rules.import"
  | "rules.sets"
  | "rules.import_set"
  | "rules.export"
  | "rules.delete";

export const rulesBodies: Bodies<Name> = {
  "rules.list": {
    read: ({ control }, input) => {
      const all = ruleViews(control, input.host);
      return { rules: all.filter((rule) => fits(rule, input)), families: families(control, all) };
    },
  },
  "rules.get": {
    read: ({ control }, { id }) => ruleDetail(control, id),
  },
  "rules.switch": {
    change: ({ control }, { id, switch: value }) => (change) => {
      if (!control.rules.all().some((rule) => rule.id === id || rule.family === id)) throw unknownRule(id);
      const before = control.store.ruleSwitches.all()[id] ?? "inherit";
      control.store.ruleSwitches.set(id, value);
      change.record(id, { switch: before }, { switch: value });
      change.republish();
      return {};
    },
  },
  "rules.test": {
    read: ({ control }, { request, sequence, ...how }) =>
      sequence === undefined
        ? testRules(control, { ...how, request: request! })
        : testSequence(control, { ...how, sequence }),
  },
  "rules.lint": {
    read: ({ control }, { text }) => {
      const { rules, errors } = readCustomRules(text, idsIn(control));
      return { ok: errors.length === 0, rules: rules.length, errors };
    },
  },
  "rules.run_tests": {
    read: ({ control }) => {
      const tested = control.rules.tested();
      const failures = runRuleTests(tested);
      const total = tested.reduce(
        (sum, { tests }) => sum + tests.match.length + tests.pass.length,
        0,
      );
      return {
        passed: total - failures.length,
        failed: failures.map(({ ruleId, expected, index, request, file, line }) => ({
          rule_id: ruleId,
          kind: expected,
          text: `${file}:${line} ${expected} example ${index + 1} came out otherwise: ${
            JSON.stringify(request)
          }`,
        })),
      };
    },
  },
  "rules.backtest": { read: backtest },
  "rules.bench": { read: benchRules },
  "rules.import": {
    change: ({ control }, { text, format }) => {
      if (format === "json") refuseBrokenJson(text);
      return (change) => {
        const rules = requireCustomRules(text, idsIn(control));
        return {
          imported: take(control, change, rules),
          renamed: rules.flatMap(({ rule, was }) => was === null ? [] : [{ from: was, to: rule.id }]),
        };
      };
    },
  },
  "rules.sets": {
    read: ({ control }) =>
      RULE_SETS.map(({ id, name, about, text }) => {
        const rules = idsOfSet(text);
        return {
          id,
          name,
          about,
          rules: rules.length,
          imported: rules.filter((rule) => control.rules.has(rule)).length,
        };
      }),
  },
  "rules.import_set": {
    change: ({ control }, { id }) => (change) => {
      const set = RULE_SETS.find((each) => each.id === id);
      if (set === undefined) throw new AegisError("not_found", `there is no rule set "${id}"`);
      const rules = requireCustomRules(set.text, { isTaken: () => false, newId: () => newId("rule") });
      const missing = rules.filter(({ rule }) => !control.rules.has(rule.id));
      if (missing.length === 0) throw new AegisError("conflict", "every rule of this set is there already");
      return { imported: take(control, change, missing) };
    },
  },
  "rules.export": {
    read: ({ control }, { format }) => {
      const rules = control.store.customRules.list();
      if (format === "json") {
        const list = rules.map(({ definition }) => parse(definition) as unknown);
        return { text: `${JSON.stringify({ version: 1, rules: list }, null, 2)}\n` };
      }
      if (rules.length === 0) return { text: stringify({ version: 1, rules: [] }) };
      return { text: `version: 1\nrules:\n${rules.map(({ definition }) => listItem(definition)).join("")}` };
    },
  },
  "rules.delete": {
    change: ({ control }, { id }) => (change) => {
      refuseDeclared(control, id);
      const stored = control.store.customRules.get(id);
      if (stored === null) {
        if (!control.rules.has(id)) throw unknownRule(id);
        throw new AegisError("read_only", `${id} comes with Aegis: switch it off instead`);
      }
      control.store.customRules.delete(id);
      control.store.ruleSwitches.set(id, "inherit");
      change.record(id, stored, null);
      change.republish();
      return {};
    },
  },
};

/** Keeps the rules, and answers how many they are. */
function take(control: Control, change: Change, rules: readonly ImportedRule[]): number {
  refuseTooMany(control, rules.length);
  for (const { rule, definition } of rules) {
    control.store.customRules.put({ rule, definition, createdAt: change.now, updatedAt: change.now });
  }
  change.record(`${rules.length} custom rules`, null, rules.map((each) => each.rule.id));
  change.republish();
  return rules.length;
}

function families(control: Control, rules: readonly RuleView[]) {
  const switches: Readonly<Record<string, RuleSwitch>> = control.store.ruleSwitches.all();
  const groups = Map.groupBy(rules, (rule) => rule.family);
  return [...groups].map(([id, members]) => ({
    id,
    name: familyName(id),
    rules: members.length,
    enabled: members.filter((rule) => rule.effective !== "off").length,
    switch: switches[id] ?? "inherit" as const,
  })).sort((a, b) => a.name.localeCompare(b.name, "en"));
}

function fits(rule: RuleView, { q, family, state }: OperationArguments<"rules.list">): boolean {
  if (family !== undefined && rule.family !== family) return false;
  if (state === "off" && rule.effective !== "off") return false;
  if (state === "on" && rule.effective === "off") return false;
  if (state === "changed" && rule.switch === "inherit") return false;
  if (state === "found" && rule.findings_24h === 0) return false;
  if (q === undefined) return true;
  const text = [rule.id, rule.name, rule.why, rule.family, ...rule.tags].join("\n").toLowerCase();
  return q.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function refuseBrokenJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    const at = /position (\d+)/.exec(said)?.[1];
    const line = at === undefined ? 1 : text.slice(0, Number(at)).split("\n").length;
    throw new AegisError("invalid_input", `line ${line}: this is not JSON`, {
      fields: [{ field: "", message: said, line, remedy: "correct the JSON, or say that it is YAML" }],
      cause: thrown,
    });
  }
}

/** A YAML mapping as an entry of a list. */
function listItem(definition: string): string {
  const [first = "", ...rest] = definition.trimEnd().split("\n");
  return `  - ${first}\n${rest.map((line) => line === "" ? "\n" : `    ${line}\n`).join("")}`;
}
