/** How often the threads are looked at, and after how many looks without a sign of life each is ended and replaced. */
export interface Watch {
  readonly everyMs: number;
  readonly gateway: number;
  readonly control: number;
  readonly recorder: number;
  readonly analyst: number;
  /** Looks more for a thread that has just begun. */
  readonly starting: number;
  /** Looks after which a hung thread that was ended has to be gone. */
  readonly ending: number;
}

/**
 * A gateway's turns are short. Control may issue certificates for many hosts in one, and the recorder may wait for its
 * disk: taking them for hung too early would begin the same work anew.
 */
export const WATCH: Watch = Object.freeze({
  everyMs: 1_000,
  gateway: 10,
  control: 30,
  recorder: 30,
  analyst: 30,
  starting: 60,
  ending: 10,
});
