import { parseDuration } from "../config/values.ts";
import { UsageError } from "./failure.ts";

const MINUTE_MS = 60_000;

/** Minutes of `--for`; 0 where `--end` says so. Throws UsageError. */
export function minutesOf(options: { readonly [name: string]: unknown }): number {
  if (options.end === true) return 0;
  const text = String(options.for);
  const ms = parseDuration(text);
  if (ms === null || ms < MINUTE_MS) {
    throw new UsageError(`--for: "${text}" is no duration of at least a minute; write 30m, 2h or 1d`);
  }
  return Math.round(ms / MINUTE_MS);
}
