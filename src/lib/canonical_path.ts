/** What became of a path; see `canonicalPath`. */
export interface CanonicalPath {
  /** The one form that decides route, access, exemption and rule. Starts with `/` (or is `*`). */
  readonly path: string;
  /** The path climbs above its root, at whatever level of decoding an application may read it. */
  readonly escapes: boolean;
  /** It holds `%2f`, `%5c`, a backslash or a `;` segment: servers disagree on where its segments end. */
  readonly hasEncodedSeparator: boolean;
  /** `path` equals what was sent. */
  readonly isCanonical: boolean;
}

/** Levels of percent-decoding that are tried when looking for a climb above the root. */
const MAX_DECODES = 3;

const PERCENT = 0x25;
const DOT = 0x2e;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const UNRESERVED = /[A-Za-z0-9\-._~]/;
const UPPER_HEX = "0123456789ABCDEF";

/**
 * The canonical form of a path as sent (a byte string, without query).
 *
 * Percent-encoded unreserved characters are decoded once, other escapes keep their meaning and get upper-case
 * digits, bytes outside visible ASCII are escaped, `.` and `..` segments and repeated slashes are resolved (RFC 3986,
 * 6.2.2). Letters keep their case. A path that climbs above the root stops there and says so in `escapes`.
 */
export function canonicalPath(rawPath: string): CanonicalPath {
  if (isPlain(rawPath)) {
    return { path: rawPath, escapes: false, hasEncodedSeparator: false, isCanonical: true };
  }
  if (rawPath === "*") return { path: "*", escapes: false, hasEncodedSeparator: false, isCanonical: true };
  const { path, climbed } = resolve(normaliseEscapes(rawPath));
  return {
    path,
    // The form that targets get may climb where the one that was sent does not: `/;%2fa\\.%2e` is `/;%2Fa\\..` then.
    escapes: climbed || climbsWhenDecoded(rawPath) || (path !== rawPath && climbsWhenDecoded(path)),
    hasEncodedSeparator: /%2f|%5c|[\\;]/i.test(rawPath),
    isCanonical: path === rawPath,
  };
}

/** Starts with `/` and has nothing that could be written in another way: no escape, `\\`, `;`, `//` nor `/.`. */
function isPlain(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return false;
  let before = SLASH;
  for (let i = 1; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (code < 0x21 || code > 0x7e || code === PERCENT || code === BACKSLASH || code === SEMICOLON) {
      return false;
    }
    if (before === SLASH && (code === SLASH || code === DOT)) return false;
    before = code;
  }
  return true;
}

function normaliseEscapes(raw: string): string {
  return raw.replace(/%([0-9A-Fa-f]{2})|[^\x21-\x7e]/g, (found, hex: string | undefined) => {
    if (hex === undefined) return escapeByte(found.charCodeAt(0));
    const code = parseInt(hex, 16);
    const char = String.fromCharCode(code);
    return UNRESERVED.test(char) ? char : escapeByte(code);
  });
}

function escapeByte(code: number): string {
  return code > 0xff
    ? encodeURIComponent(String.fromCharCode(code).toWellFormed())
    : `%${UPPER_HEX[code >> 4]}${UPPER_HEX[code & 15]}`;
}

/** Resolves dot segments and empty segments. */
function resolve(path: string): { path: string; climbed: boolean } {
  const segments = path.split("/");
  const kept: string[] = [];
  let climbed = false;
  for (const segment of segments) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.pop() === undefined) climbed = true;
  }
  const last = segments[segments.length - 1]!;
  const isFolder = last === "" || last === "." || last === "..";
  return { path: "/" + kept.join("/") + (isFolder && kept.length > 0 ? "/" : ""), climbed };
}

/**
 * [SECURITY] A target may decode again, take `\` for `/`, drop `;…` parameters of a segment (servlet containers) or
 * accept overlong UTF-8 and fullwidth forms, pass over NUL and trim blanks (Windows): the climb is looked for at each of
 * these readings (CWE-22, CWE-174).
 */
function climbsWhenDecoded(raw: string): boolean {
  let text = raw;
  for (let level = 0; level <= MAX_DECODES; level++) {
    if (climbs(text)) return true;
    const decoded = decodeOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return false;
}

// deno-lint-ignore no-control-regex -- control characters are what some readers leave out
const BLANKS = /[\x00-\x20\x7f]+/g;

function climbs(text: string): boolean {
  let depth = 0;
  for (const segment of text.split(/[/\\]/)) {
    const parameters = segment.indexOf(";");
    const name = parameters < 0 ? segment : segment.slice(0, parameters);
    if (name.replace(BLANKS, "") === "..") {
      if (--depth < 0) return true;
    } else if (name !== "" && name !== ".") depth++;
  }
  return false;
}

function decodeOnce(text: string): string {
  return text
    .replace(/%(?:c0%ae|e0%80%ae|f0%80%80%ae|u002e|ef%bc%8e|uff0e)/gi, ".")
    .replace(/%(?:c0%af|e0%80%af|f0%80%80%af|u002f|ef%bc%8f|uff0f)/gi, "/")
    .replace(/%(?:c1%9c|u005c|ef%bc%bc|uff3c)/gi, "\\")
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
