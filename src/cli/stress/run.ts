import type { Clock } from "../../core/clock.ts";
import { AegisError } from "../../core/errors.ts";
import { drive } from "./drive.ts";
import { hold } from "./hold.ts";
import { type ModeName, MODES, type StressMode } from "./modes.ts";
import { reportOf, type StressReport } from "./report.ts";
import type { Tally } from "./tally.ts";
import type { StressTarget } from "./target.ts";

/** A run as it was asked for. */
export interface StressPlan {
  readonly name: ModeName;
  readonly target: StressTarget;
  readonly requests: number;
  readonly connections: number;
  /** Requests a second; null: as the mode has it. */
  readonly rate: number | null;
  /** The run ends after so long. */
  readonly seconds: number;
  readonly clock: Clock;
  /** Ends the run at once. */
  readonly interrupted: AbortSignal;
}

/** One run from its beginning to its report. Throws AegisError `unavailable` where nothing listens there. */
export async function runStress(plan: StressPlan): Promise<StressReport> {
  const { name, clock, target } = plan;
  const url = urlOf(target);
  const mode: StressMode = MODES[name];
  const asked = mode.requestOf === null ? Math.min(plan.connections, plan.requests) : plan.requests;
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = setTimeout(end, plan.seconds * 1_000);
  plan.interrupted.addEventListener("abort", end);
  const startedAt = clock.monotonic();
  let tally: Tally;
  try {
    tally = await send(plan, mode, asked, stop.signal);
  } catch (cause) {
    throw new AegisError("unavailable", `nothing answers at ${url}: ${(cause as Error).message}`, { cause });
  } finally {
    end();
    clearTimeout(timer);
    plan.interrupted.removeEventListener("abort", end);
  }
  const seconds = (clock.monotonic() - startedAt) / 1_000;
  return reportOf({ name, mode, url, asked, seconds }, tally);
}

function send(plan: StressPlan, mode: StressMode, asked: number, stop: AbortSignal): Promise<Tally> {
  const { target, connections, clock } = plan;
  const { requestOf } = mode;
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  if (requestOf === null) return hold({ target, seed, connections: asked, clock, stop });
  const rate = plan.rate ?? mode.rate;
  const isEachAlone = mode.isEachAlone === true;
  return drive({ target, seed, requests: asked, connections, rate, isEachAlone, requestOf, clock, stop });
}

function urlOf({ isTls, host, hostname, port, path }: StressTarget): string {
  const address = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  return `http${isTls ? "s" : ""}://${host}${path} on ${address}`;
}
