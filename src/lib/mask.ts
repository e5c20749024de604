/** What stands where a secret stood. */
const MASKED = "***";

/**
 * Names whose values are credentials or open doors. Whole words between `_`, `-`, `.`, brackets and camel-case
 * humps, so that `author` and `compass` are none.
 */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  "pass",
  "passwd",
  "password",
  "passwort",
  "passphrase",
  "passcode",
  "pwd",
  "pw",
  "secret",
  "token",
  "auth",
  "authorization",
  "apikey",
  "accesskey",
  "secretkey",
  "privatekey",
  "session",
  "sessionid",
  "sessid",
  "phpsessid",
  "jsessionid",
  "sid",
  "csrf",
  "xsrf",
  "jwt",
  "bearer",
  "credential",
  "credentials",
  "signature",
  "sig",
  "otp",
  "totp",
  "pin",
  "cvv",
  "cvc",
  "ssn",
  "iban",
  "code",
  "ticket",
  "nonce",
  "assertion",
  "samlresponse",
]);
const SECRET_ENDING = /(?:password|passwd|passphrase|token|secret|apikey|sessionid|signature)$/;
const SECRET_KEY = /(?:api|access|secret|private|auth)key/;
/** One word as it stands: most names of most queries. */
const PLAIN_NAME = /^[a-z]+$/;
/** A name longer than this is masked unread. */
const LONGEST_NAME = 256;

/** True where a value under this (decoded) name should not stand in a log. */
export function isSecretName(name: string): boolean {
  if (name.length > LONGEST_NAME) return true;
  if (PLAIN_NAME.test(name)) return isSecretWord(name);
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/);
  return isSecretWord(words.join("")) || words.some((word) => SECRET_WORDS.has(word));
}

function isSecretWord(word: string): boolean {
  return SECRET_WORDS.has(word) || SECRET_ENDING.test(word) || SECRET_KEY.test(word);
}

/**
 * A raw query (without `?`) with the values of secret-looking names replaced by `***`; everything else stays byte for
 * byte, order and repetition too.
 */
export function maskQuery(rawQuery: string): string {
  if (!rawQuery.includes("=")) return rawQuery;
  return rawQuery.split("&").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 0 || equals === pair.length - 1) return pair;
    return isSecretName(decodeName(pair.slice(0, equals))) ? `${pair.slice(0, equals)}=${MASKED}` : pair;
  }).join("&");
}

/** Per cent signs decoded as often as an application may do it, so that `p%61ssword` hides nothing. */
function decodeName(raw: string): string {
  let name = raw.replaceAll("+", " ");
  for (let i = 0; i < 3 && name.includes("%"); i++) {
    const decoded = name.replace(
      /%([0-9a-fA-F]{2})/g,
      (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
    );
    if (decoded === name) break;
    name = decoded;
  }
  return name;
}
