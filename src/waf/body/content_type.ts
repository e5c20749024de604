/** `multipart/form-data; boundary=x` taken apart. */
export interface ContentType {
  /** Lower case, `type/subtype`; empty where it does not parse. */
  readonly mediaType: string;
  /** First value of each parameter, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** It does not parse as a whole. */
  readonly malformed: boolean;
  /** A parameter stands twice: which one counts is up to the reader. */
  readonly repeated: boolean;
}

const MEDIA_TYPE = /^\s*([!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+)\s*(?=;|$)/i;
const PARAMETER = /;\s*(?:([!#$%&'*+.^_`|~0-9a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^";,\s]*))\s*)?/iy;

/** Parses a Content-Type value (RFC 9110, 8.3.1) as a tolerant server would, and says where a strict one would not. */
export function parseContentType(value: string): ContentType {
  const head = MEDIA_TYPE.exec(value);
  const parameters = new Map<string, string>();
  let malformed = head === null;
  let repeated = false;
  PARAMETER.lastIndex = head === null ? Math.max(0, value.indexOf(";")) : head[0].length;
  while (PARAMETER.lastIndex < value.length) {
    const found = PARAMETER.exec(value);
    if (found === null) {
      malformed = true;
      break;
    }
    if (found[1] === undefined) continue;
    const name = found[1].toLowerCase();
    // [SECURITY] Python and servlets take `boundary*` and `boundary*0` (RFC 2231) for the boundary, others do not.
    if (parameters.has(name) || isSaidTwice(name, parameters)) repeated = true;
    else parameters.set(name, found[2]?.replace(/\\(.)/g, "$1") ?? found[3] ?? "");
  }
  return { mediaType: head?.[1]?.toLowerCase() ?? "", parameters, malformed, repeated };
}

/** `boundary*` or `boundary*0` where `boundary` stands as well, whichever comes first. */
function isSaidTwice(name: string, parameters: ReadonlyMap<string, string>): boolean {
  const star = name.indexOf("*");
  if (star > 0) return parameters.has(name.slice(0, star));
  return parameters.has(`${name}*`) || parameters.has(`${name}*0`) || parameters.has(`${name}*0*`);
}
