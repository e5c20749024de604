import { dirname, join } from "node:path";

export type HangingThread = "control" | "recorder";

/** A file of this name in the data directory makes the thread hang; in it stands for how many milliseconds. */
export function hangFile(dataDir: string, thread: HangingThread): string {
  return join(dataDir, `hang-${thread}`);
}

interface Scope {
  onmessage:
    | ((event: MessageEvent<{ kind: string; config?: { data_dir: string }; databasePath?: string }>) => void)
    | null;
}

/**
 * For a module that stands in for a thread's own, after that was imported: the thread does all it does, until it is told
 * to hang. Then it takes the file away, so that its successor lives, and turns in a loop.
 */
export function hangWhenTold(thread: HangingThread): void {
  const scope = globalThis as unknown as Scope;
  const real = scope.onmessage!;
  scope.onmessage = (event) => {
    const { config, databasePath, kind } = event.data;
    if (kind === "start") lookFor(hangFile(config?.data_dir ?? dirname(databasePath!), thread));
    real.call(globalThis, event);
  };
}

function lookFor(path: string): void {
  setInterval(() => {
    let ms: number;
    try {
      ms = Number(Deno.readTextFileSync(path));
      Deno.removeSync(path);
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound) return;
      throw thrown;
    }
    const end = performance.now() + ms;
    while (performance.now() < end);
  }, 20);
}
