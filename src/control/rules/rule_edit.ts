import { parse, stringify } from "yaml";
import { AegisError, type FieldError } from "../../core/errors.ts";
import type { StoredRule } from "../../store/custom_rules.ts";
import type { Bodies } from "../body.ts";
import type { Control } from "../control.ts";
import { newId } from "../ids.ts";
import { type ImportedRule, readCustomRules } from "./rule_import.ts";
import { idsIn, refuseDeclared, refuseTooMany } from "./rule_ids.ts";
import { ruleDetail } from "./rule_views.ts";
import { unknownRule } from "./unknown_rule.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One custom rule made or changed, in the fields of the rule schema; `host` is kept, as an import does not. */
export const ruleEditBodies: Bodies<"rules.create" | "rules.update"> = {
  "rules.create": {
    change: ({ control }, { rule }) => (change) => {
      const id = rule.id ?? newId("rule");
      if (typeof id === "string" && control.rules.has(id)) {
        throw refused([{
          field: "rule.id",
          message: `there is a rule ${id} already`,
          remedy: "choose another id",
        }]);
      }
      refuseTooMany(control, 1);
      const read = requireRule(control, { ...rule, id });
      control.store.customRules.put({ ...read, createdAt: change.now, updatedAt: change.now });
      change.record(read.rule.id, null, read.rule);
      change.republish();
      return ruleDetail(control, read.rule.id);
    },
  },
  "rules.update": {
    change: ({ control }, { id, rule, definition, version }) => (change) => {
      const before = customRule(control, id);
      if (version !== undefined && version !== before.updatedAt) {
        throw new AegisError("precondition_failed", `${id} was changed meanwhile: read it again`);
      }
      const fields = definition === undefined ? merged(before, rule ?? {}) : readDefinition(definition);
      if (fields.id !== undefined && fields.id !== id) {
        throw refused([{ field: "rule.id", message: "a rule keeps its id", remedy: "make a new rule" }]);
      }
      const read = requireRule(control, { ...fields, id });
      // Two changes of one millisecond are told apart as well.
      const updatedAt = Math.max(change.now, before.updatedAt + 1);
      control.store.customRules.put({ ...read, createdAt: before.createdAt, updatedAt });
      change.record(id, before.rule, read.rule);
      change.republish();
      return ruleDetail(control, id);
    },
  },
};

function customRule(control: Control, id: string): StoredRule {
  refuseDeclared(control, id);
  const stored = control.store.customRules.get(id);
  if (stored !== null) return stored;
  if (!control.rules.has(id)) throw unknownRule(id);
  throw new AegisError("read_only", `${id} comes with Aegis: switch it off, and make a rule of your own`);
}

/** What is absent stays; null takes a field away. */
function merged({ definition }: StoredRule, patch: Fields): Fields {
  const fields = { ...parse(definition) as Fields, ...patch };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** YAML of one rule, as `rules.get` shows it. */
function readDefinition(text: string): Fields {
  let read: unknown;
  try {
    read = parse(text, { maxAliasCount: 0, prettyErrors: false });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
    throw refused([{ field: "definition", message, remedy: "correct the YAML" }]);
  }
  if (typeof read === "object" && read !== null && !Array.isArray(read)) return read as Fields;
  throw refused([{ field: "definition", message: "this is not the YAML of one rule" }]);
}

function requireRule(control: Control, fields: Fields): ImportedRule {
  const { rules, errors } = readCustomRules(stringify([fields]), {
    ...idsIn(control),
    isTaken: () => false,
    keepsHost: true,
  });
  const [rule] = rules;
  // Places in the list of one, and lines of a text that nobody wrote, say nothing here.
  if (rule === undefined) {
    throw refused(
      errors.map(({ line: _line, field, ...error }) => ({ ...error, field: field.replace(/^0/, "rule") })),
    );
  }
  const { host } = rule.rule;
  if (host === undefined || control.hosts().some(({ domains }) => domains.includes(host))) return rule;
  throw refused([{
    field: "rule.host",
    message: `there is no host ${host}`,
    remedy: "name one of its domains, or leave it out for all hosts",
  }]);
}

function refused(fields: readonly FieldError[]): AegisError {
  const first = fields[0];
  return new AegisError("invalid_input", first === undefined ? "the rule is not sound" : first.message, {
    fields,
  });
}
