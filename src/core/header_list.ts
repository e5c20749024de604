/** How many fields, from the first, have a mark; what stands behind them counts as unmarked. */
const MARKED = 31;

/**
 * Header fields in the order of arrival. Names are lower case; values are byte strings (one char a byte,
 * ISO-8859-1) without surrounding white space, so that what goes out is byte for byte what came in.
 *
 * Two parallel arrays, because a request has some fifteen fields: a scan beats a map and allocates nothing.
 *
 * A list remembers of which fields a strict parser has looked at every byte, so that nobody has to look again before
 * they are written: that would cost more than all the rest of a request's way.
 */
export class HeaderList {
  readonly names: string[] = [];
  readonly values: string[] = [];
  /**
   * What somebody has made of this list and wants to find again with it; its class tells whose it is. Only for a list
   * that nobody changes any more.
   */
  derived: object | null = null;
  /** Bit i: field i is safe to write. */
  #safe = 0;

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
    this.names.push(name);
    this.values.push(value);
  }

  /**
   * Adds a field that can stand in a message as it is.
   *
   * [SECURITY] Only for what a strict parser has read off the wire or what is put together from such parts and fixed
   * text: such a field is written without another look (response and request splitting, CWE-113).
   */
  appendSafe(name: string, value: string): void {
    if (this.names.length < MARKED) this.#safe |= 1 << this.names.length;
    this.names.push(name);
    this.values.push(value);
  }

  /** Adds field `i` of another list. */
  appendFrom(list: HeaderList, i: number): void {
    if (list.isSafe(i)) this.appendSafe(list.names[i]!, list.values[i]!);
    else this.append(list.names[i]!, list.values[i]!);
  }

  /** True where field `i` can be written as it is; false: its characters have to be looked at. */
  isSafe(i: number): boolean {
    return i < MARKED && (this.#safe & (1 << i)) !== 0;
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

  /** Replaces every `name` by one value, at the place of the first. */
  set(name: string, value: string): void {
    const at = this.names.indexOf(name);
    if (at < 0) return this.append(name, value);
    this.values[at] = value;
    if (at < MARKED) this.#safe &= ~(1 << at);
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
    const { names, values } = this;
    let safe = 0;
    let kept = 0;
    for (let i = 0; i < names.length; i++) {
      if (!keeps(names[i]!)) continue;
      if (this.isSafe(i) && kept < MARKED) safe |= 1 << kept;
      names[kept] = names[i]!;
      values[kept++] = values[i]!;
    }
    while (names.length > kept) {
      names.pop();
      values.pop();
    }
    this.#safe = safe;
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

  #removeAt(i: number): void {
    const { names, values } = this;
    const last = names.length - 1;
    for (let at = i; at < last; at++) {
      names[at] = names[at + 1]!;
      values[at] = values[at + 1]!;
    }
    names.pop();
    values.pop();
    if (i >= MARKED) return;
    const before = (1 << i) - 1;
    this.#safe = (this.#safe & before) | ((this.#safe >>> 1) & ~before);
  }
}
