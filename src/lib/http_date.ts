/** The Date header's text, made anew once a second (RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`). */
export class HttpDate {
  #second = -1;
  #text = "";

  /** `nowMs`: milliseconds since 1970. */
  text(nowMs: number): string {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(second * 1_000).toUTCString();
    }
    return this.#text;
  }
}
