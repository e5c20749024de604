/** Which entry answers for a path: regexes in their order, then the longest prefix. */
export interface RouteTable<T> {
  /** `path`: canonical. Null where no entry fits. */
  find(path: string): T | null;
}

export interface Route<T> {
  readonly prefix?: string | undefined;
  readonly regex?: string | undefined;
  readonly entry: T;
}

const SLASH = 0x2f;

/** Null where there is no route at all: who has none pays nothing. */
export function routeTable<T>(routes: readonly Route<T>[]): RouteTable<T> | null {
  if (routes.length === 0) return null;
  const patterns = routes.flatMap(({ regex, entry }) =>
    regex === undefined ? [] : [{ regex: new RegExp(regex), entry }]
  );
  const prefixes = new Map<string, T>();
  let longest = 0;
  for (const { prefix, entry } of routes) {
    if (prefix === undefined || prefixes.has(prefix)) continue;
    prefixes.set(prefix, entry);
    longest = Math.max(longest, prefix.length);
  }
  return {
    find(path) {
      for (const { regex, entry } of patterns) if (regex.test(path)) return entry;
      return prefixes.size === 0 ? null : longestPrefix(prefixes, longest, path);
    },
  };
}

/**
 * Looks up the path itself, then what stands before each of its slashes, from the right. [SECURITY] Only as much of it
 * as the longest prefix has: thousands of segments must not cost thousands of look-ups (CWE-407).
 */
function longestPrefix<T>(prefixes: ReadonlyMap<string, T>, longest: number, path: string): T | null {
  if (path.length <= longest) {
    const whole = prefixes.get(path);
    if (whole !== undefined) return whole;
  }
  for (let at = Math.min(path.length - 1, longest); at >= 0; at--) {
    if (path.charCodeAt(at) !== SLASH) continue;
    const found = prefixes.get(path.slice(0, at + 1)) ??
      (at > 0 ? prefixes.get(path.slice(0, at)) : undefined);
    if (found !== undefined) return found;
  }
  return null;
}
