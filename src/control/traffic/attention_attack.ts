import type { Control } from "../control.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What is looked at, against the day before it. */
const WINDOW_MINUTES = 10;
/** Fewer than this in the window is noise that every public address gets. */
const LEAST = 50;
/** That many times the usual. */
const JUMP = 10;

/** What came in the last minutes, and what would be usual for as many. */
export interface AttackFigures {
  readonly minutes: number;
  readonly blocked: number;
  readonly challenged: number;
  /** Found by rules, and let through. */
  readonly detected: number;
  /** Mean of the day before, for the same length. */
  readonly usual: number;
}

/** A jump of findings on a host: at least 50 in 10 minutes and ten times the mean of the day before. Else null. */
export function attackOn(control: Control, hostId: string): AttackFigures | null {
  const now = control.clock.now();
  const from = now - WINDOW_MINUTES * MINUTE_MS;
  const recent = control.store.analytics.totals({ from, to: now }, hostId);
  const found = recent.blocked + recent.challenged + recent.detected;
  if (found < LEAST) return null;
  const before = control.store.analytics.totals({ from: from - DAY_MS, to: from }, hostId);
  const usual = (before.blocked + before.challenged + before.detected) * WINDOW_MINUTES * MINUTE_MS / DAY_MS;
  const { blocked, challenged, detected } = recent;
  return found < JUMP * usual ? null : { minutes: WINDOW_MINUTES, blocked, challenged, detected, usual };
}
