/** What stands where a secret stood. */
export const MASKED = "***";

/**
 * Names whose values are credentials or open doors. Whole words between `_`, `-`, `.`, brackets and camel-case
 * humps, so that `author` and `compass` are none.
 */
const SECRET_WORD = new RegExp(
  "^(?:pass|passwd|password|passwort|passphrase|passcode|pwd|pw|secret|token|auth|authorization|apikey|accesskey|" +
    "secretkey|privatekey|session|sessionid|sessid|phpsessid|jsessionid|sid|csrf|xsrf|jwt|bearer|credential|" +
    "credentials|signature|sig|otp|totp|pin|cvv|cvc|ssn|iban|code|ticket|nonce|assertion|samlresponse)$",
);
const SECRET_ENDING = /(?:password|passwd|passphrase|token|secret|apikey|sessionid|signature)$/;
/** A name longer than this is masked unread. */
const LONGEST_NAME = 256;

/** True where a value under this (decoded) name should not stand in a log. */
export function isSecretName(name: string): boolean {
  if (name.length > LONGEST_NAME) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/);
  const joined = words.join("");
  return SECRET_ENDING.test(joined) || SECRET_WORD.test(joined) ||
    words.some((word) => SECRET_WORD.test(word)) ||
    /(?:api|access|secret|private|auth)key/.test(joined);
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
