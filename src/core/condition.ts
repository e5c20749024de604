/** AND/OR group of conditions. */
export interface ConditionGroup {
  readonly join: "and" | "or";
  readonly of: readonly (Condition | ConditionGroup)[];
}

/** One operator over one target: `{ target: "headers:host", operator: "equals", value: "x" }`. */
export interface Condition {
  readonly target: string;
  readonly operator: string;
  readonly value?: string | number | readonly string[];
  readonly caseSensitive?: boolean;
  readonly negated?: boolean;
}
