/** How a Worker's thread is called by Deno. */
const WORKER = /^worker-\d+\n?$/;

/**
 * How many Workers of this process have a thread, the ended ones that still run among them; null where the system does
 * not say (only Linux does). `Worker.terminate()` ends a thread between two turns of its event loop; Deno 2.9 leaves one
 * that never comes to the end of its turn running, with the sockets that it holds, and tells nobody.
 */
export function countWorkers(): number | null {
  try {
    let count = 0;
    for (const task of Deno.readDirSync("/proc/self/task")) {
      if (WORKER.test(nameOf(task.name))) count++;
    }
    return count;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotCapable) return null;
    throw thrown;
  }
}

function nameOf(task: string): string {
  try {
    return Deno.readTextFileSync(`/proc/self/task/${task}/comm`);
  } catch (thrown) {
    // It has ended since it was listed: reading then says ESRCH or that there is no such file.
    if (thrown instanceof Error && /no such (?:process|file)/i.test(thrown.message)) return "";
    throw thrown;
  }
}
