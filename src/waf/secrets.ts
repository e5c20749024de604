import { createHmac } from "node:crypto";

/** Names whose values never stand in a log as they are. */
const SECRET_NAME =
  /pass(?:wor[dt]|wd|phrase|code)?(?![a-z])|passw|pwd|secret|token|api[_-]?key|apikey|auth(?!or)|session|sess?id|(?:^|[^a-z])sid(?:$|[^a-z])|csrf|xsrf|credential|private[_-]?key|signature|(?:^|[^a-z])(?:pin|otp|totp|cvv|cvc|ssn|iban)(?:$|[^a-z])|card[_-]?n|credit|jwt|bearer/i;
const SECRET_HEADERS = new Set(["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"]);
const HASH_CHARS = 16;

/** True where values under this label (`args:password`, `cookies:sid`, `headers:authorization`) are secret. */
export function isSecretTarget(label: string): boolean {
  const colon = label.indexOf(":");
  if (label.startsWith("cookies")) return true;
  if (colon < 0) return false;
  const name = label.slice(colon + 1);
  const isField = label.startsWith("headers:") || label.startsWith("response-headers:");
  return (isField && SECRET_HEADERS.has(name)) || SECRET_NAME.test(name);
}

/** The shape of a secret, character by character: letters become `a` or `A`, digits `9`, what is left is syntax. */
export function shapeOf(value: string): string {
  return value.replace(/[a-z]/g, "a").replace(/[A-Z]/g, "A").replace(/[0-9]/g, "9").replace(
    /[^\x20-\x7e]/g,
    "?",
  );
}

/** Sixteen hexadecimal digits that stand for the value: equal for equal values, useless without the key. */
export function keyedHash(hashKey: string, value: string): string {
  return createHmac("sha256", hashKey).update(value).digest("hex").slice(0, HASH_CHARS);
}

const PAIR_IN_TEXT =
  /(["']?)([\w.\[\]-]{0,40}(?:pass|pwd|secret|token|api_?key|auth|session|csrf|credential|jwt)[\w.\[\]-]{0,40})\1(\s{0,3}[=:]\s{0,3})("(?:[^"\\]|\\.)*"?|[^&\s;,"}]+)/gi;

/** In running text (`query`, `body`), values behind secret-looking names are reduced to their shape in place. */
export function shapeSecretPairs(text: string): string {
  return text.replace(PAIR_IN_TEXT, (_, quote: string, name: string, sign: string, value: string) => {
    return `${quote}${name}${quote}${sign}${shapeOf(value)}`;
  });
}

/** Numbers of cards and accounts; keys, hashes and the lines that certificates and keys are written in. */
const SECRET_IN_ANSWER = /\d(?:[ -]?\d){11,}|(?=[\w+/=-]*[A-Za-z])(?=[\w+/=-]*\d)[\w+/=-]{16,}/g;

/** In what an application said: whatever may be the secret that leaks, or stands beside it, is reduced to its shape. */
export function shapeSecretsInAnswer(text: string): string {
  return shapeSecretPairs(text).replace(SECRET_IN_ANSWER, shapeOf);
}
