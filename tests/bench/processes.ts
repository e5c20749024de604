import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** What a program and everything it started have used. */
export interface Usage {
  /** User and system time, microseconds. */
  readonly cpuUs: number;
  /** Resident memory now and at its highest, bytes, summed over the processes. */
  readonly residentBytes: number;
  readonly peakBytes: number;
}

/** Kernel clock ticks a second; 100 on every Linux that Deno runs on (sysconf(_SC_CLK_TCK)). */
const TICKS_A_SECOND = 100;

/** Usage of process `pid` and its descendants, from /proc. */
export function usageOf(pid: number): Usage {
  let ticks = 0;
  let residentBytes = 0;
  let peakBytes = 0;
  for (const each of withDescendants(pid)) {
    const stat = statOf(each);
    if (stat === null) continue;
    ticks += stat.ticks;
    residentBytes += memoryOf(each, "VmRSS");
    peakBytes += memoryOf(each, "VmHWM");
  }
  return { cpuUs: ticks / TICKS_A_SECOND * 1e6, residentBytes, peakBytes };
}

/** From now on `peakBytes` counts anew (proc(5), clear_refs). */
export function resetPeak(pid: number): void {
  for (const each of withDescendants(pid)) writeFileSync(`/proc/${each}/clear_refs`, "5");
}

/** The process and all that it started, and they. */
export function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(Number(entry));
    if (stat === null) continue;
    const siblings = children.get(stat.parent) ?? [];
    children.set(stat.parent, [...siblings, Number(entry)]);
  }
  const found = [root];
  for (let i = 0; i < found.length; i++) found.push(...children.get(found[i]!) ?? []);
  return found;
}

/** Fields 4, 14 and 15 of /proc/PID/stat (proc(5)); null where the process is gone. */
function statOf(pid: number): { parent: number; ticks: number } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}

function memoryOf(pid: number, field: "VmRSS" | "VmHWM"): number {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").split("\n").find((each) =>
    each.startsWith(`${field}:`)
  );
  return line === undefined ? 0 : Number(line.replace(/\D+/g, "")) * 1024;
}
