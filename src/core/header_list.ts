/**
 * Header fields in the order of arrival. Names are lower case; values are byte strings (one char a byte,
 * ISO-8859-1) without surrounding white space, so that what goes out is byte for byte what came in.
 *
 * Parallel arrays, because a request has some fifteen fields: a scan beats a map and allocates nothing.
 *
 * A list remembers of which fields a strict parser has looked at every byte, so that nobody has to look again before
 * they are written: that would cost more than all the rest of a request's way. Of fields that come again and again it
 * may also know the line that HTTP/1 writes.
 */
export class HeaderList {
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  /** Read only: the lines that are known of fields must not fall behind. */
  readonly names: readonly string[] = this.#names;
  readonly values: readonly string[] = this.#values;
  /**
   * What somebody has made of this list and wants to find again with it; its class tells whose it is. Only for a list
   * that nobody changes any more.
   */
  derived: object | null = null;
  /** As `derived`, of whoever reads from it who sent the message. */
  sender: object | null = null;
  /** Of each field: null: its characters have to be looked at; else it is safe to write, as this line if that is known. */
  readonly #lines: (string | null)[] = [];

  /** A list of `[name, value]` pairs; names are lower-cased. */
  static from(pairs: Iterable<readonly [string, string]>): HeaderList {
    const list = new HeaderList();
    for (const [name, value] of pairs) list.append(name.toLowerCase(), value);
    return list;
  }

  get length(): number {
    return this.names.length;
  }

  /** Adds a field at the end. `name` must be lower case. */
  append(name: string, value: string): void {
    this.#add(name, value, null);
  }

  /**
   * Adds a field that can stand in a message as it is.
   *
   * [SECURITY] Only for what a strict parser has read off the wire or what is put together from such parts and fixed
   * text: such a field is written without another look (response and request splitting, CWE-113). `line`: the field as
   * HTTP/1 writes it, with its line end; empty where nobody has put that together yet.
   */
  appendSafe(name: string, value: string, line = ""): void {
    this.#add(name, value, line);
  }

  /** Adds field `i` of another list. */
  appendFrom(list: HeaderList, i: number): void {
    this.#add(list.names[i]!, list.values[i]!, list.#lines[i]!);
  }

  /** True where field `i` can be written as it is; false: its characters have to be looked at. */
  isSafe(i: number): boolean {
    return this.line(i) !== null;
  }

  /** Field `i` as HTTP/1 writes it; empty where nobody has put that together, null where it is not known to be safe. */
  line(i: number): string | null {
    return this.#lines[i] ?? null;
  }

  /** The first value of `name` (lower case), or undefined. */
  get(name: string): string | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** How often `name` stands in the list. */
  count(name: string): number {
    let n = 0;
    for (const each of this.names) if (each === name) n++;
    return n;
  }

  /** Every value of `name`, in order. */
  all(name: string): string[] {
    const found: string[] = [];
    for (let i = 0; i < this.names.length; i++) if (this.names[i] === name) found.push(this.values[i]!);
    return found;
  }

  /** Adds text to the value of field `i`: as safe to write as what `appendSafe` takes. */
  extend(i: number, text: string): void {
    this.#values[i] += text;
    // [SECURITY] A line that is known is written in place of the value: it would go out without the text.
    if (this.#lines[i] !== null) this.#lines[i] = "";
  }

  /** Replaces every `name` by one value, at the place of the first. */
  set(name: string, value: string): void {
    const at = this.names.indexOf(name);
    if (at < 0) return this.append(name, value);
    this.#values[at] = value;
    this.#lines[at] = null;
    for (let i = this.names.length - 1; i > at; i--) if (this.names[i] === name) this.#removeAt(i);
  }

  /** Removes every `name`. True where there was one. */
  delete(name: string): boolean {
    let found = false;
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] !== name) continue;
      this.#removeAt(i);
      found = true;
    }
    return found;
  }

  /** Keeps only the fields for whose name `keeps` says so. */
  filter(keeps: (name: string) => boolean): void {
    const names = this.#names;
    const values = this.#values;
    const lines = this.#lines;
    let kept = 0;
    for (let i = 0; i < names.length; i++) {
      if (!keeps(names[i]!)) continue;
      names[kept] = names[i]!;
      values[kept] = values[i]!;
      lines[kept++] = lines[i]!;
    }
    while (names.length > kept) this.#pop();
  }

  clone(): HeaderList {
    const copy = new HeaderList();
    for (let i = 0; i < this.names.length; i++) copy.appendFrom(this, i);
    return copy;
  }

  /** `[name, value]` pairs in order. */
  *entries(): Generator<[string, string]> {
    for (let i = 0; i < this.names.length; i++) yield [this.names[i]!, this.values[i]!];
  }

  #add(name: string, value: string, line: string | null): void {
    this.#names.push(name);
    this.#values.push(value);
    this.#lines.push(line);
  }

  #removeAt(i: number): void {
    const names = this.#names;
    const values = this.#values;
    const lines = this.#lines;
    const last = names.length - 1;
    for (let at = i; at < last; at++) {
      names[at] = names[at + 1]!;
      values[at] = values[at + 1]!;
      lines[at] = lines[at + 1]!;
    }
    this.#pop();
  }

  #pop(): void {
    this.#names.pop();
    this.#values.pop();
    this.#lines.pop();
  }
}
