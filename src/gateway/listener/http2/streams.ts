import { ClosedStreams } from "./closed_streams.ts";
import type { Closure } from "./closed_streams.ts";
import type { Http2Stream } from "./stream.ts";

/**
 * The streams of a connection (RFC 9113, 5.1). The open ones stand in an array that knows their places: there are at
 * most 128, mostly a few, and a Map with an entry and an exit per request keeps garbage alive.
 */
export class Streams {
  readonly open: Http2Stream[] = [];
  readonly closed = new ClosedStreams();
  /** The highest id that the client has used. */
  lastId = 0;
  #found: Http2Stream | null = null;

  get count(): number {
    return this.open.length;
  }

  /** The open stream of this id, or null. */
  find(id: number): Http2Stream | null {
    if (this.#found !== null && this.#found.id === id) return this.#found;
    for (const each of this.open) if (each.id === id) return this.#found = each;
    return null;
  }

  /** True where no HEADERS have used this id yet. Even ids are ours, and we use none. */
  isIdle(id: number): boolean {
    return id > this.lastId || id % 2 === 0;
  }

  add(stream: Http2Stream): void {
    stream.place = this.open.push(stream) - 1;
  }

  /** True where it was open until now. */
  close(stream: Http2Stream, how: Closure): boolean {
    const { place } = stream;
    if (place < 0) return false;
    stream.place = -1;
    if (this.#found === stream) this.#found = null;
    const last = this.open.pop()!;
    if (last !== stream) {
      this.open[place] = last;
      last.place = place;
    }
    this.closed.add(stream.id, how);
    return true;
  }
}
