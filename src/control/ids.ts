import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A random id of 16 characters (80 bits) without letters that read alike; the prefix says of what. */
export function newId(
  prefix:
    | "host"
    | "target"
    | "user"
    | "session"
    | "ban"
    | "exception"
    | "rule"
    | "certificate"
    | "stream"
    | "list"
    | "schema"
    | "channel"
    | "delivery",
): string {
  const bytes = randomBytes(16);
  return `${prefix}-${Array.from(bytes, (byte) => ALPHABET[byte & 31]).join("")}`;
}
