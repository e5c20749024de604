import type { Clock } from "../../core/clock.ts";
import { Line, type Reply } from "./line.ts";
import type { StressRequest } from "./modes.ts";
import { outcomeOf } from "./outcome.ts";
import { Pacer } from "./pacer.ts";
import { Tally } from "./tally.ts";
import { sourceOf, type StressTarget } from "./target.ts";

const ANSWER_MS = 15_000;

/** How much is sent, and how. */
export interface DriveOptions {
  readonly target: StressTarget;
  /** Of the run: see `sourceOf`. */
  readonly seed: number;
  readonly requests: number;
  readonly connections: number;
  /** A second, over all connections; 0: no pause. */
  readonly rate: number;
  readonly isEachAlone: boolean;
  requestOf(i: number, target: StressTarget): StressRequest;
  readonly clock: Clock;
  /** Ends the run; what is under way is not waited for. */
  readonly stop: AbortSignal;
}

/** Sends the requests over so many connections at once. Rejects where nothing listens there. */
export async function drive(options: DriveOptions): Promise<Tally> {
  const tally = new Tally();
  const pacer = new Pacer(options.requests, options.rate, options.clock, options.stop);
  const lanes = Math.min(options.connections, options.requests);
  await Promise.all(Array.from({ length: lanes }, () => runLane(options, pacer, tally)));
  return tally;
}

async function runLane(options: DriveOptions, pacer: Pacer, tally: Tally): Promise<void> {
  const { target, seed, isEachAlone, clock, stop } = options;
  const lane = new Lane(target);
  const cut = () => lane.close();
  stop.addEventListener("abort", cut);
  try {
    for (let i = await pacer.next(); i !== null; i = await pacer.next()) {
      const startedAt = clock.monotonic();
      const from = sourceOf(target, seed, isEachAlone ? i : 0);
      const reply = await lane.ask(options.requestOf(i, target), from);
      // What was cut by the end of the run says nothing.
      if (stop.aborted) return;
      tally.add(outcomeOf(reply), clock.monotonic() - startedAt);
      if (isEachAlone) lane.close();
    }
  } finally {
    stop.removeEventListener("abort", cut);
    cut();
  }
}

/** One connection after the other, each for as long as it is let. */
class Lane {
  readonly #target: StressTarget;
  #line: Line | null = null;

  constructor(target: StressTarget) {
    this.#target = target;
  }

  async ask({ text, method }: StressRequest, from: string | undefined): Promise<Reply> {
    const used = this.#line;
    if (used?.isUsable) {
      used.send(text);
      const reply = await used.answer(method, ANSWER_MS);
      // It may have been closed before the request came, as HTTP allows: that says nothing.
      if (reply !== "closed") return reply;
    }
    const line = await Line.open(this.#target, from);
    if (typeof line === "string") return line;
    this.#line = line;
    line.send(text);
    return await line.answer(method, ANSWER_MS);
  }

  /** Ends the connection; the next request gets another. */
  close(): void {
    this.#line?.close();
    this.#line = null;
  }
}
