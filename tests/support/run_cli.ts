import { ManualClock } from "../../src/core/clock.ts";
import type { CliParts } from "../../src/cli/context.ts";
import { main } from "../../src/cli/main.ts";

export interface Answers {
  [operation: string]: unknown;
}

export interface Ran {
  code: number;
  out: string;
  err: string;
  calls: [string, unknown][];
}

/** Runs a command line against a database whose operations answer as given; a function may throw. */
export async function runCli(
  args: string[],
  answers: Answers = {},
  more: Partial<CliParts> = {},
  secrets: string[] = [],
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const calls: [string, unknown][] = [];
  const dir = Deno.makeTempDirSync();
  const code = await main([...args, "--data-dir", dir], {
    run: () => Promise.resolve(0),
    openOffline: () =>
      Promise.resolve({
        perform: (name, input) => {
          calls.push([name, input]);
          const answer = answers[name];
          return Promise.resolve(typeof answer === "function" ? answer(input) : answer);
        },
        close: () => {},
      }),
    terminal: {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      isTerminal: false,
      columns: Infinity,
      readSecret: () => Promise.resolve(secrets.shift() ?? null),
      readInput: () => Promise.resolve("rules: []"),
      canAsk: secrets.length > 1,
    },
    clock: new ManualClock(),
    env: {},
    interrupted: AbortSignal.abort(),
    ...more,
  });
  Deno.removeSync(dir, { recursive: true });
  return { code, out: out.join("\n"), err: err.join("\n"), calls };
}
