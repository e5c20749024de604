import { compilePattern } from "../regex/pattern.ts";
import type { Matcher } from "./matcher.ts";

/** `regex: 'union (?:all )?select'`: found anywhere in the lower-cased text. */
export function regexMatcher(pattern: string): Matcher {
  const compiled = compilePattern(pattern);
  return {
    needs: compiled.needs,
    lowerCase: true,
    find(text) {
      const found = compiled.regex.exec(text);
      return found === null ? null : [found.index, found.index + found[0].length];
    },
  };
}
