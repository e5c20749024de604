/**
 * Header fields in the order of arrival. Names are lower case; values are byte strings (one char a byte,
 * ISO-8859-1) without surrounding white space, so that what goes out is byte for byte what came in.
 *
 * Two parallel arrays, because a request has some fifteen fields: a scan beats a map and allocates nothing.
 */
export class HeaderList {
  readonly names: string[] = [];
  readonly values: string[] = [];

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

  clone(): HeaderList {
    const copy = new HeaderList();
    for (let i = 0; i < this.names.length; i++) copy.append(this.names[i]!, this.values[i]!);
    return copy;
  }

  /** `[name, value]` pairs in order. */
  *entries(): Generator<[string, string]> {
    for (let i = 0; i < this.names.length; i++) yield [this.names[i]!, this.values[i]!];
  }

  #removeAt(i: number): void {
    this.names.splice(i, 1);
    this.values.splice(i, 1);
  }
}
