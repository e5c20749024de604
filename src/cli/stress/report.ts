import { tableLines } from "../table.ts";
import type { ModeName, StressMode } from "./modes.ts";
import type { OutcomeCount, Tally } from "./tally.ts";

/** What a run came to, as `--json` prints it. */
export interface StressReport {
  readonly mode: ModeName;
  readonly ok: boolean;
  /** Why not, or what it shows. */
  readonly text: string;
  /** The site, and the address that it was asked at. */
  readonly url: string;
  /** Requests (or connections, where they are what is sent) asked for, and done before the time was over. */
  readonly asked: number;
  readonly done: number;
  readonly seconds: number;
  readonly passed: number;
  readonly refused: number;
  readonly failed: number;
  readonly outcomes: readonly OutcomeCount[];
  /** Milliseconds until the answer, to within 9 %; null where none came. */
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
}

interface Run {
  readonly name: ModeName;
  readonly mode: StressMode;
  /** The site, and the address that it was asked at. */
  readonly url: string;
  readonly asked: number;
  readonly seconds: number;
}

/** Counts and verdict of a run. */
export function reportOf({ name, mode, url, asked, seconds }: Run, tally: Tally): StressReport {
  const passed = tally.countOf("passed");
  const refused = tally.countOf("refused");
  const failed = tally.countOf("failed");
  const fault = misunderstanding(name, tally.outcomes) ?? faultOf(mode, passed, refused, failed);
  return {
    mode: name,
    ok: fault === null,
    text: fault ?? "as it should be",
    url,
    asked,
    done: passed + refused + failed,
    seconds: Math.round(seconds * 10) / 10,
    passed,
    refused,
    failed,
    outcomes: tally.outcomes,
    p50_ms: rounded(tally.quantileMs(0.5)),
    p99_ms: rounded(tally.quantileMs(0.99)),
  };
}

/** Why the run did not try what it was to try, or null. */
function misunderstanding(name: ModeName, outcomes: readonly OutcomeCount[]): string | null {
  if (outcomes.some(({ by }) => by === "host_unknown")) {
    return "no site of that name is served here: name one by --host";
  }
  if (name !== "smuggling" && outcomes.some(({ by, status }) => status === 400 && by !== "application")) {
    return "what was sent was not understood: does the listener take the PROXY protocol from 127.0.0.1 (--client)?";
  }
  return outcomes.length === 0 ? "nothing was sent before the time was over" : null;
}

function faultOf(
  { expects, hint }: StressMode,
  passed: number,
  refused: number,
  failed: number,
): string | null {
  if (failed > 0) return `${failed} got no proper answer`;
  switch (expects) {
    case "all pass":
      return refused === 0 ? null : `${refused} were refused: ${hint}`;
    case "all refused":
      return passed === 0 ? null : `${passed} passed: ${hint}`;
    case "what is too much is refused":
      return refused > 0 ? null : `nothing was refused: ${hint}`;
  }
}

/** The report as a person reads it. */
export function reportLines(report: StressReport, columns: number): string[] {
  const { outcomes, done, asked, seconds, p50_ms, p99_ms } = report;
  const rows = outcomes.map(({ kind, by, status, count }) => [
    String(count),
    kind,
    status === null ? "-" : String(status),
    by,
  ]);
  const latency = p50_ms === null ? "" : `, p50 ${p50_ms} ms, p99 ${p99_ms} ms`;
  return [
    `${report.mode} at ${report.url}: ${done} of ${asked} in ${seconds} s${latency}`,
    ...tableLines(["COUNT", "WHAT", "STATUS", "BY"], rows, columns),
    `${report.ok ? "PASS" : "FAIL"}: ${report.text}`,
  ];
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 100) / 100;
}
