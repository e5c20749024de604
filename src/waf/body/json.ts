import { MAX_VALUES, type ValueSink } from "./sink.ts";

/** Deeper structures are read flat and reported. */
const MAX_DEPTH = 64;

interface Container {
  readonly isObject: boolean;
  /** Path of the container itself, `user.address`; arrays add `[]`. */
  readonly path: string;
  /** Keys so far; null in arrays. */
  readonly keys: Set<string> | null;
  key: string;
}

type Expect = "value" | "key" | "colon" | "comma";

/**
 * Hands out every string and number of a JSON text with its path, and every key.
 *
 * [SECURITY] Not JSON.parse: of repeated keys that keeps the last one only, and an application may read the first; and
 * of broken JSON it gives nothing. This reads on behind an error, as tolerant parsers do. One pass, no recursion.
 * `lines`: several values one after the other are no error (NDJSON).
 */
export function readJson(text: string, sink: ValueSink, lines: boolean): void {
  new JsonReader(text, sink, lines).read();
}

class JsonReader {
  readonly #text: string;
  readonly #sink: ValueSink;
  readonly #lines: boolean;
  readonly #stack: Container[] = [];
  #at = 0;
  #count = 0;
  #expect: Expect = "value";
  /** A container that has just been opened may be closed at once. */
  #fresh = false;
  #sawValue = false;
  #broken = false;
  #tooDeep = 0;

  constructor(text: string, sink: ValueSink, lines: boolean) {
    this.#text = text;
    this.#sink = sink;
    this.#lines = lines;
  }

  read(): void {
    const text = this.#text;
    while (this.#skipBlanks()) {
      if (this.#count > MAX_VALUES) {
        this.#sink.anomaly("too-many-values");
        this.#sink.value("json", "", text.slice(this.#at));
        return;
      }
      this.#token(text[this.#at]!);
    }
    if (this.#stack.length > 0 || !this.#sawValue || this.#expect !== "comma") this.#fail();
  }

  #token(char: string): void {
    switch (char) {
      case "{":
      case "[":
        return this.#open(char === "{");
      case "}":
      case "]":
        return this.#close(char === "}");
      case ",":
        if (this.#expect !== "comma" || this.#stack.length === 0) this.#fail();
        this.#at++;
        this.#fresh = false;
        this.#expect = this.#top()?.isObject === true ? "key" : "value";
        return;
      case ":":
        if (this.#expect !== "colon") this.#fail();
        this.#at++;
        this.#expect = "value";
        return;
      case '"':
        return this.#string();
      default:
        return this.#literal();
    }
  }

  #skipBlanks(): boolean {
    const text = this.#text;
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return true;
    }
    return false;
  }

  #top(): Container | undefined {
    return this.#stack[this.#stack.length - 1];
  }

  /** A value begins here: the place must allow one. */
  #beginValue(): void {
    if (this.#stack.length === 0 && this.#sawValue && this.#expect === "comma") {
      if (!this.#lines) this.#fail();
    } else if (this.#expect !== "value") this.#fail();
    this.#sawValue = true;
  }

  #open(isObject: boolean): void {
    this.#beginValue();
    this.#at++;
    if (this.#stack.length >= MAX_DEPTH) {
      if (this.#tooDeep++ === 0) this.#sink.anomaly("json-too-deep");
    } else {
      const path = this.#valuePath();
      this.#stack.push({
        isObject,
        path: isObject ? path : `${path}[]`,
        keys: isObject ? new Set() : null,
        key: "",
      });
    }
    this.#fresh = true;
    this.#expect = isObject ? "key" : "value";
  }

  #close(isObject: boolean): void {
    this.#at++;
    if (this.#tooDeep > 0) this.#tooDeep--;
    else {
      const top = this.#stack.pop();
      const emptyOrDone = this.#expect === "comma" || (this.#fresh && this.#expect !== "colon");
      if (top?.isObject !== isObject || !emptyOrDone) this.#fail();
    }
    this.#fresh = false;
    this.#expect = "comma";
  }

  /** Path of the value that begins here. */
  #valuePath(): string {
    const top = this.#top();
    if (top === undefined) return "";
    if (!top.isObject) return top.path;
    return top.path === "" ? top.key : `${top.path}.${top.key}`;
  }

  #string(): void {
    const value = this.#readString();
    const top = this.#top();
    this.#fresh = false;
    if (this.#expect === "key" && top !== undefined) {
      if (top.keys?.has(value) === true) this.#sink.anomaly("json-repeated-key");
      top.keys?.add(value);
      top.key = value;
      this.#sink.value("json-key", value, value);
      this.#expect = "colon";
      return;
    }
    this.#beginValue();
    this.#expect = "comma";
    this.#count++;
    if (value !== "") this.#sink.value("json", this.#valuePath(), value);
  }

  #readString(): string {
    const text = this.#text;
    const from = this.#at + 1;
    let end = text.indexOf('"', from);
    while (end > 0 && isEscaped(text, end, from)) end = text.indexOf('"', end + 1);
    if (end < 0) {
      this.#fail();
      end = text.length;
    }
    const isOpen = end === text.length;
    this.#at = end + 1;
    const raw = text.slice(from, end);
    return isOpen || !raw.includes("\\") ? raw : unescapeJson(raw);
  }

  #literal(): void {
    const rest = /[^\s,:\]}"[{]*/y;
    rest.lastIndex = this.#at;
    const word = rest.exec(this.#text)![0];
    this.#at += Math.max(1, word.length);
    const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word);
    if (!isNumber && word !== "true" && word !== "false" && word !== "null") this.#fail();
    this.#beginValue();
    this.#fresh = false;
    this.#expect = "comma";
    this.#count++;
    if (isNumber || this.#broken) this.#sink.value("json", this.#valuePath(), word);
  }

  #fail(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#sink.anomaly("json-malformed");
    // What stands between the tokens of a broken text is seen by rules as one running text.
    this.#sink.value("json", "", this.#text);
  }
}

/** An odd number of backslashes before the quote at `at`. */
function isEscaped(text: string, at: number, from: number): boolean {
  let slashes = 0;
  while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}

const SHORT: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** From this length on the platform's parser is tried first: it is many times faster. */
const LONG_STRING = 256;

function unescapeJson(raw: string): string {
  if (raw.length >= LONG_STRING) {
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      // an escape or a control character that JSON does not know: read it the tolerant way
    }
  }
  return raw.replace(
    /\\(?:u([0-9a-fA-F]{4})|([^]))/g,
    (_, hex: string | undefined, char: string | undefined) => {
      return hex !== undefined ? String.fromCharCode(parseInt(hex, 16)) : SHORT[char!] ?? char!;
    },
  );
}
