import type { LoadedRule } from "../../waf/rule_files/rule_file.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Which rules a rule set has more, has no longer, and has otherwise than the one in force; tests do not count. */
export function differenceOf(
  before: readonly LoadedRule[],
  after: readonly LoadedRule[],
): { added: Named[]; removed: Named[]; changed: Named[] } {
  const then = new Map(before.map(({ rule }) => [rule.id, rule]));
  const now = new Map(after.map(({ rule }) => [rule.id, rule]));
  const named = ({ id, name }: Named) => ({ id, name });
  return {
    added: [...now.values()].filter(({ id }) => !then.has(id)).map(named),
    removed: [...then.values()].filter(({ id }) => !now.has(id)).map(named),
    changed: [...now.values()].filter((rule) => {
      const former = then.get(rule.id);
      return former !== undefined && JSON.stringify(former) !== JSON.stringify(rule);
    }).map(named),
  };
}
