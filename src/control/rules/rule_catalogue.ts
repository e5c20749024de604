import { parse, stringify } from "yaml";
import type { FileRule } from "../../config/file_rules.ts";
import { AegisError } from "../../core/errors.ts";
import { LEARNED_RULE_ID, type LearnedModel } from "../../core/learned_model.ts";
import type { Rule } from "../../core/rule.ts";
import type { CustomRuleTable } from "../../store/custom_rules.ts";
import { BUILTIN_RULE_FILES, type RuleFileText } from "../../waf/rule_files/builtin.ts";
import { BUILTIN_MODEL_TEXT } from "../../waf/learned/builtin_model.ts";
import { readModelFile } from "../../waf/learned/model_file.ts";
import { type RuleRelease, ruleSetVersion } from "../../waf/release/rule_release.ts";
import { ruleSchema } from "../../waf/rule_files/rule_schema.ts";
import { type LoadedRule, loadRuleFiles } from "../../waf/rule_files/rule_file.ts";
import { keepNewest } from "../../lib/keep_newest.ts";

export interface RuleText {
  readonly rule: Rule;
  /** YAML as it would stand in a rule file. */
  readonly definition: string;
  readonly tests: LoadedRule["tests"];
  /** Grows with each change; 0: comes with Aegis. */
  readonly version: number;
}

/** Rule files with the learned model that belongs to them. */
export type RuleSource = Pick<RuleRelease, "version" | "files" | "model">;

/** Rule sets whose rules are kept: the one in force and one beside it. Each takes some megabytes. */
const MOST_KEPT = 2;

/** What comes with the program. */
export function builtInSource(files: readonly RuleFileText[] = BUILTIN_RULE_FILES): RuleSource {
  return { version: ruleSetVersion(files, BUILTIN_MODEL_TEXT), files, model: BUILTIN_MODEL_TEXT };
}

/**
 * All rules there are: those of the rule set in force (called built-in, for operators do not write them), loaded when
 * first asked for and then kept, those of the file, and stored ones.
 */
export class RuleCatalogue {
  #source: RuleSource;
  #failure = "";
  /** Rules of the last rule sets that were asked for, by version, the oldest first. */
  readonly #kept = new Map<string, readonly LoadedRule[]>();
  readonly #custom: CustomRuleTable;
  #loaded: readonly LoadedRule[] | null = null;
  #learned: LearnedModel | null = null;
  #byId: ReadonlyMap<string, LoadedRule> = new Map();

  readonly #declared: () => readonly FileRule[];

  /** `declared`: rules of aegis.yml as it stands. */
  constructor(
    custom: CustomRuleTable,
    files: readonly RuleFileText[] = BUILTIN_RULE_FILES,
    declared: () => readonly FileRule[] = () => [],
  ) {
    this.#declared = declared;
    this.#source = builtInSource(files);
    this.#custom = custom;
  }

  /** First 12 hex digits of the SHA-256 over the rule files in force and their model. */
  get version(): string {
    return this.#source.version;
  }

  get source(): RuleSource {
    return this.#source;
  }

  /** Why the rule set that was chosen does not serve; empty: it does. */
  get failure(): string {
    return this.#failure;
  }

  /** The built-in rule set serves, though another was chosen. */
  failed(why: string): void {
    this.#failure = why;
  }

  /** The rules of a rule set, which need not be in force. Throws AegisError where a file does not load. */
  rulesOf({ version, files }: RuleSource): readonly LoadedRule[] {
    const rules = this.#kept.get(version) ?? loadRuleFiles(files);
    this.#kept.delete(version);
    this.#kept.set(version, rules);
    keepNewest(this.#kept, MOST_KEPT);
    return rules;
  }

  /** Another rule set in place of the one in force, from the next snapshot on. */
  use(source: RuleSource): void {
    this.#failure = "";
    this.#source = source;
    this.#loaded = null;
    this.#learned = null;
    this.#byId = new Map();
  }

  /** Throws AegisError where a built-in file does not load. */
  get builtIn(): readonly LoadedRule[] {
    if (this.#loaded === null) {
      this.#loaded = this.rulesOf(this.#source);
      this.#byId = new Map(this.#loaded.map((each) => [each.rule.id, each]));
    }
    return this.#loaded;
  }

  /** The model of the learned second opinion, in memory that threads share. */
  get learned(): LearnedModel {
    return this.#learned ??= readModelFile(this.#source.model);
  }

  /** Throws `config_refused` where a rule of the file bears the id of a built-in one. */
  all(): Rule[] {
    const taken = this.#declared().find(({ rule }) => this.#find(rule.id) !== undefined);
    if (taken !== undefined) {
      throw new AegisError(
        "config_refused",
        `rule ${taken.rule.id} of the file has the id of one that comes with Aegis`,
      );
    }
    return [...this.builtIn.map((each) => each.rule), ...this.own().map((each) => each.rule)];
  }

  has(id: string): boolean {
    return this.#find(id) !== undefined || this.isDeclared(id) || this.#custom.get(id) !== null;
  }

  /** True where aegis.yml declares it: it is changed there. */
  isDeclared(id: string): boolean {
    return this.#declared().some(({ rule }) => rule.id === id);
  }

  /** The operator's own; a rule of the file stands over a stored one of the same id. */
  own(): readonly FileRule[] {
    const declared = this.#declared();
    if (declared.length === 0) return this.#custom.list();
    const ids = new Set(declared.map(({ rule }) => rule.id));
    return [...declared, ...this.#custom.list().filter(({ rule }) => !ids.has(rule.id))];
  }

  get(id: string): RuleText | null {
    const loaded = this.#find(id);
    if (loaded !== undefined) {
      return { rule: loaded.rule, definition: definitionOf(loaded), tests: loaded.tests, version: 0 };
    }
    const declared = this.#declared().find(({ rule }) => rule.id === id);
    if (declared !== undefined) return { ...declared, tests: testsIn(declared.definition), version: 0 };
    const stored = this.#custom.get(id);
    if (stored === null) return null;
    const { rule, definition, updatedAt } = stored;
    return { rule, definition, tests: testsIn(definition), version: updatedAt };
  }

  /** Every enabled rule with its tests. */
  tested(): LoadedRule[] {
    const own = this.own().filter((each) => each.rule.enabled).map(({ rule, definition }) => ({
      rule,
      tests: testsIn(definition),
      file: "your rules",
      line: 1,
    }));
    return [...this.builtIn, ...own];
  }

  /** The rule's name, or its id where it is gone: the log outlives rules. */
  nameOf(id: string): string {
    if (id === LEARNED_RULE_ID) return "Learned second opinion";
    return this.#find(id)?.rule.name ?? this.#declared().find(({ rule }) => rule.id === id)?.rule.name ??
      this.#custom.get(id)?.rule.name ?? id;
  }

  #find(id: string): LoadedRule | undefined {
    return this.builtIn.length === 0 ? undefined : this.#byId.get(id);
  }
}

/** Those that stand in the text of a custom rule; rules of an earlier version may have none. */
function testsIn(definition: string): LoadedRule["tests"] {
  const { tests } = parse(definition) as { tests?: unknown };
  return ruleSchema.shape.tests.parse(tests) ?? { match: [], pass: [] };
}

function definitionOf({ rule, tests }: LoadedRule): string {
  const { id, name, why, severity, action, paranoia, targets, transform, match, tags } = rule;
  const rare = {
    ...(rule.documents === undefined ? {} : { documents: rule.documents }),
    ...(rule.confirm === true ? { confirm: true } : {}),
  };
  const fields = {
    id,
    name,
    why,
    severity,
    action,
    paranoia,
    targets,
    transform,
    match,
    ...rare,
    tags,
    tests,
  };
  return stringify(fields, { lineWidth: 0 });
}

/** Words of family ids that people write in capitals. */
const CAPITALS = new Set(
  [
    "sql",
    "xss",
    "ssrf",
    "ssti",
    "ldap",
    "xpath",
    "crlf",
    "xxe",
    "jwt",
    "graphql",
    "php",
    "ssi",
    "esi",
    "rfi",
    "lfi",
    "http",
    "svg",
  ],
);

/** `sql-injection` as people read it: "SQL injection". */
export function familyName(id: string): string {
  const words = id.split("-").map((word) =>
    CAPITALS.has(word) ? word.toUpperCase().replace("GRAPHQL", "GraphQL") : word
  );
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
