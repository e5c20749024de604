/** Longer ones are scored as they stand. */
const MAX_CHARS = 8 * 1024;
const MAX_STRINGS = 500;
const BLAND = /^[\w.-]*$/;
const BEGINS_AS_JSON = /^\s*[[{][\s\S]*[\]}]\s*$/;

/**
 * Keys and strings of a value that is JSON itself, as many forms and cookies carry; null where it is none. JSON's own
 * signs would weigh in the score of the whole. Bland strings are left out.
 */
export function jsonStrings(text: string): string[] | null {
  if (text.length > MAX_CHARS || !BEGINS_AS_JSON.test(text)) return null;
  const found: string[] = [];
  const note = (each: string) => {
    if (!BLAND.test(each)) found.push(each);
  };
  try {
    JSON.parse(text, (key, value: unknown) => {
      if (key !== "") note(key);
      if (typeof value === "string") note(value);
    });
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof RangeError) return null;
    throw thrown;
  }
  // [SECURITY] So many strings are no field of a form: the whole is scored.
  return found.length > MAX_STRINGS ? null : found;
}
