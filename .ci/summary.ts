export interface Totals {
  passed: number;
  failed: number;
}

/** The totals of `deno test`'s last summary line in `output`, or null where it never came so far. */
export function readSummary(output: string): Totals | null {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const line = [...plain.matchAll(/^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/gm)].at(-1);
  return line === undefined ? null : { passed: Number(line[1]), failed: Number(line[2]) };
}
