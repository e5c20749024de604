import type { AddressWords } from "../../lib/ip.ts";
import { clientHigh, clientLow } from "../../lib/client_words.ts";
import { mix32 } from "../../lib/mix32.ts";
import { BOT_LINE } from "./score.ts";

/** Cells; a client with one user agent needs one. */
const CELLS = 16_384;
const HALF_MS = 30_000;

/**
 * Whether what a client sends looks automated over a sliding window, not by one request and not by a sum for ever.
 *
 * The score of a request counts as the mean of what the same client sent with the same user agent within the last 30
 * to 60 seconds, but never as more than its own: one odd request of a browser is outvoted by all its others, what
 * programs behind the same address send never makes a browser's request suspicious, and a fingerprint that millions
 * share stays what it is however many of them come.
 *
 * One thread's own, 400 KiB. Two clients that share a cell push each other out: each then starts with its own score.
 * [SECURITY] The place of a client depends on a secret, so that nobody can choose whom it pushes out.
 */
export class SuspectWindow {
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0]!;
  readonly #keys = new Int32Array(CELLS);
  /** Number of the half-window in which the cell was last counted. */
  readonly #halves = new Int32Array(CELLS);
  readonly #points = new Int32Array(CELLS);
  readonly #requests = new Int32Array(CELLS);
  readonly #pointsBefore = new Int32Array(CELLS);
  readonly #requestsBefore = new Int32Array(CELLS);

  /** Counts a request of `score` points and says whether it looks automated. `agent`: one number a user agent. */
  suspects(client: AddressWords, agent: number, score: number, nowMs: number): boolean {
    const key = mix32(clientHigh(client) ^ mix32(clientLow(client) ^ mix32(agent ^ this.#seed)));
    const cell = key & (CELLS - 1);
    this.#turn(cell, key, Math.floor(nowMs / HALF_MS) | 0);
    this.#points[cell]! += score;
    this.#requests[cell]! += 1;
    if (score < BOT_LINE) return false;
    const points = this.#points[cell]! + this.#pointsBefore[cell]!;
    return points >= BOT_LINE * (this.#requests[cell]! + this.#requestsBefore[cell]!);
  }

  #turn(cell: number, key: number, half: number): void {
    const known = this.#halves[cell]!;
    const isSame = this.#keys[cell] === key;
    if (isSame && known === half) return;
    const isNext = isSame && known === half - 1;
    this.#pointsBefore[cell] = isNext ? this.#points[cell]! : 0;
    this.#requestsBefore[cell] = isNext ? this.#requests[cell]! : 0;
    this.#points[cell] = 0;
    this.#requests[cell] = 0;
    this.#keys[cell] = key;
    this.#halves[cell] = half;
  }
}
