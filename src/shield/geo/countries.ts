/** Which countries may come in. */
export interface Countries {
  readonly blocked: ReadonlySet<string>;
  /** null: all that are not blocked. */
  readonly allowed: ReadonlySet<string> | null;
}

/** null: nothing is asked for, so that nobody needs to be looked up. */
export function countriesOf(
  lists: { readonly blocked_countries: readonly string[]; readonly allowed_countries: readonly string[] },
): Countries | null {
  const { blocked_countries: blocked, allowed_countries: allowed } = lists;
  if (blocked.length === 0 && allowed.length === 0) return null;
  return { blocked: new Set(blocked), allowed: allowed.length === 0 ? null : new Set(allowed) };
}
