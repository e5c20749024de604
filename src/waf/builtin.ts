/** A rule file as text, under the name that errors show. */
export interface RuleFileText {
  readonly name: string;
  readonly text: string;
}

/**
 * The built-in rules, embedded so that `deno run` and a compiled executable see the same bytes. One import and one
 * line per file of `rules/`, in alphabetical order.
 */
export const BUILTIN_RULE_FILES: readonly RuleFileText[] = Object.freeze([]);
