import { setImmediate } from "node:timers";

/**
 * The end of the event loop's turn, for all of a thread who wait for it: one immediate instead of one for each of them.
 */
export class Turn {
  #waiting: (() => void)[] = [];
  /** Of the turn before, to be used again. */
  #spare: (() => void)[] = [];
  readonly #end = () => {
    const ending = this.#waiting;
    this.#waiting = this.#spare;
    for (let i = 0; i < ending.length; i++) ending[i]!();
    ending.length = 0;
    this.#spare = ending;
  };

  /** `run` is called once at the end of this turn; what is asked for meanwhile belongs to the next one. */
  atEnd(run: () => void): void {
    if (this.#waiting.push(run) === 1) setImmediate(this.#end);
  }
}
