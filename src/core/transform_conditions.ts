import type { Condition, ConditionGroup } from "./condition.ts";
import type { HostConditionGroup } from "./transform.ts";

/** Conditions as the rule engine takes them. */
export function coreConditions(group: HostConditionGroup): ConditionGroup {
  return {
    join: group.join,
    of: group.of.map((each): Condition | ConditionGroup => {
      if ("of" in each) return coreConditions(each);
      const { target, operator, value, case_sensitive, negated } = each;
      return {
        target,
        operator,
        ...(value === undefined ? {} : { value }),
        ...(case_sensitive === undefined ? {} : { caseSensitive: case_sensitive }),
        ...(negated === undefined ? {} : { negated }),
      };
    }),
  };
}
