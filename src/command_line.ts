import type { Config } from "./config/config.ts";
import { countWorkers } from "./thread_census.ts";

/** What its thread is asked. */
export interface CommandLineAsked {
  readonly args: readonly string[];
}

/** What a command line came to. `config`: of `aegis run`, which is to begin now; null: all is done. */
export interface CommandLineDone {
  readonly exitCode: number;
  readonly config: Config | null;
}

const GONE_DEADLINE_MS = 2_000;
const LOOK_EVERY_MS = 5;

/**
 * Carries out a command line in a thread of its own: commands, schemas and operations that it loads would stay for as
 * long as the process does, and what runs afterwards needs nothing of them. Where there is such, the thread is gone when
 * this resolves. Rejects where it dies.
 */
export async function carryOut(args: readonly string[]): Promise<CommandLineDone> {
  const module = new URL("./command_line_thread.ts", import.meta.url);
  const before = countWorkers();
  const thread = new Worker(module, { type: "module", name: "command line" });
  const done = Promise.withResolvers<CommandLineDone>();
  thread.onmessage = ({ data }: MessageEvent<CommandLineDone>) => done.resolve(data);
  thread.onerror = (event) => {
    event.preventDefault();
    done.reject(new Error(event.message));
  };
  thread.postMessage({ args } satisfies CommandLineAsked);
  try {
    const outcome = await done.promise;
    thread.terminate();
    if (outcome.config !== null) await gone(before);
    return outcome;
  } finally {
    thread.terminate();
  }
}

/** The memory of an ended thread is free, and the supervisor counts it no more, once the system has it no more. */
async function gone(before: number | null): Promise<void> {
  for (let waited = 0; waited < GONE_DEADLINE_MS; waited += LOOK_EVERY_MS) {
    const workers = countWorkers();
    if (workers === null || before === null || workers <= before) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
