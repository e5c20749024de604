/** Longer parts say nothing more about a client, and are its own invention. */
const MAX_PARTS = 32;

/**
 * How a client begins a connection, as one string: `SETTINGS|WINDOW_UPDATE|PRIORITY|pseudo-header order`, for example
 * `1:65536;2:0;4:6291456;6:262144|15663105|0|m,a,s,p`. The form is that of Akamai's paper of 2017 ("Passive
 * Fingerprinting of HTTP/2 Clients"), which others use as well. Complete with the first request.
 */
export class Fingerprint {
  readonly #settings: string[] = [];
  readonly #priorities: string[] = [];
  #windowUpdate = 0;
  #text = "";

  get complete(): boolean {
    return this.#text !== "";
  }

  get text(): string {
    return this.#text;
  }

  setting(key: number, value: number): void {
    if (!this.complete && this.#settings.length < MAX_PARTS) this.#settings.push(`${key}:${value}`);
  }

  /** Of the connection's window; only the first counts. */
  windowUpdate(increment: number): void {
    if (this.#windowUpdate === 0) this.#windowUpdate = increment;
  }

  /** `weight`: 1 to 256. */
  priority(id: number, exclusive: boolean, dependsOn: number, weight: number): void {
    if (this.complete || this.#priorities.length >= MAX_PARTS) return;
    this.#priorities.push(`${id}:${exclusive ? 1 : 0}:${dependsOn}:${weight}`);
  }

  /** The first request's pseudo-headers, as their first letters in order: `masp`. */
  finish(pseudoOrder: string): void {
    if (this.complete) return;
    const update = this.#windowUpdate === 0 ? "00" : String(this.#windowUpdate);
    const priorities = this.#priorities.length === 0 ? "0" : this.#priorities.join(",");
    this.#text = `${this.#settings.join(";")}|${update}|${priorities}|${[...pseudoOrder].join(",")}`;
    this.#settings.length = 0;
    this.#priorities.length = 0;
  }
}
