import { KIND_BITS } from "../../core/api_schema.ts";

const {
  null: NULL,
  boolean: BOOLEAN,
  integer: INTEGER,
  number: NUMBER,
  string: STRING,
  array: ARRAY,
  object: OBJECT,
} = KIND_BITS;
const NUMBER_TEXT = /^-?(?:\d{1,32})(?:\.\d{1,32})?(?:[eE][+-]?\d{1,3})?$/;

/**
 * What came as text as the kind that its node asks for: `12` as 12, `true` as true, one text as a list of one. Where it
 * cannot be read so it stays a text, and the check says what it should have been. `kinds`: of KIND_BITS; absent: any.
 */
export function coerced(kinds: number | undefined, value: unknown): unknown {
  if (kinds === undefined) return value;
  if (typeof value === "string") {
    if ((kinds & STRING) !== 0) return value;
    if ((kinds & (INTEGER | NUMBER)) !== 0 && NUMBER_TEXT.test(value)) return Number(value);
    if ((kinds & BOOLEAN) !== 0 && (value === "true" || value === "false")) return value === "true";
    if ((kinds & NULL) !== 0 && (value === "" || value === "null")) return null;
    return (kinds & ARRAY) !== 0 ? [value] : value;
  }
  // `a[0]=x&a[1]=y` was read as a table before anybody knew that it is a list.
  if ((kinds & ARRAY) !== 0 && (kinds & OBJECT) === 0 && isTable(value)) {
    const keys = Object.keys(value);
    if (keys.every((key) => /^\d{1,5}$/.test(key))) return Object.values(value);
  }
  return value;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
