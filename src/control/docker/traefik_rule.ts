/** One alternative of a rule: a host name, and the path below which it counts; null: all of the host. */
export interface Route {
  readonly domain: string;
  readonly prefix: string | null;
}

/** Part of one: what is known of it so far. */
interface Term {
  readonly domain?: string;
  readonly prefix?: string;
}

/** More alternatives than any rule that somebody wrote. */
const MOST_TERMS = 256;
const TOKEN = /\s*(?:(\|\||&&|!|\(|\)|,)|([A-Za-z]+)|`([^`]*)`|"([^"]*)"|'([^']*)')/y;

/**
 * Reads the rule of a Traefik router: `Host` and `PathPrefix`, joined by `||`, `&&` and parentheses. Throws an Error
 * that says what is not understood: a rule that is only half obeyed would open more than its author wrote.
 */
export function parseTraefikRule(rule: string): Route[] {
  const reader = new Reader(rule);
  const terms = alternatives(reader);
  if (!reader.isAtEnd) throw new Error(`"${reader.next()}" is not expected there`);
  return terms.map(({ domain, prefix }) => {
    if (domain === undefined) throw new Error("it names no host for some of its paths");
    return { domain, prefix: prefix ?? null };
  });
}

function alternatives(reader: Reader): Term[] {
  let terms = conjunction(reader);
  while (reader.take("||")) terms = bounded([...terms, ...conjunction(reader)]);
  return terms;
}

function conjunction(reader: Reader): Term[] {
  let terms = atom(reader);
  while (reader.take("&&")) {
    const others = atom(reader);
    terms = bounded(terms.flatMap((a) => others.map((b) => both(a, b))));
  }
  return terms;
}

function atom(reader: Reader): Term[] {
  if (reader.take("(")) {
    const inner = alternatives(reader);
    reader.expect(")");
    return inner;
  }
  const name = reader.next();
  if (name !== "Host" && name !== "PathPrefix") {
    throw new Error(`${name === "" ? "it ends too early" : `"${name}" is not read here`}`);
  }
  reader.expect("(");
  const values = [reader.text()];
  while (reader.take(",")) values.push(reader.text());
  reader.expect(")");
  return values.map((value) => name === "Host" ? { domain: value } : { prefix: value });
}

function both(a: Term, b: Term): Term {
  const isTwice = (a.domain !== undefined && b.domain !== undefined) ||
    (a.prefix !== undefined && b.prefix !== undefined);
  if (isTwice) throw new Error("no request is below two hosts or two paths at once");
  return { ...a, ...b };
}

function bounded(terms: Term[]): Term[] {
  if (terms.length > MOST_TERMS) throw new Error("it has too many alternatives");
  return terms;
}

class Reader {
  readonly #tokens: { readonly text: string; readonly isQuoted: boolean }[] = [];
  #at = 0;

  constructor(rule: string) {
    const pattern = new RegExp(TOKEN);
    const end = rule.trimEnd().length;
    while (pattern.lastIndex < end) {
      const from = pattern.lastIndex;
      const match = pattern.exec(rule);
      if (match === null) throw new Error(`"${rule.slice(from).trim()}" cannot be read`);
      const quoted = match[3] ?? match[4] ?? match[5];
      this.#tokens.push({ text: quoted ?? match[1] ?? match[2]!, isQuoted: quoted !== undefined });
    }
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  next(): string {
    return this.#tokens[this.#at++]?.text ?? "";
  }

  take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.isQuoted || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  expect(sign: string): void {
    if (!this.take(sign)) throw new Error(`"${sign}" is missing`);
  }

  text(): string {
    const token = this.#tokens[this.#at++];
    if (token?.isQuoted !== true) throw new Error("a quoted name is missing");
    return token.text;
  }
}
