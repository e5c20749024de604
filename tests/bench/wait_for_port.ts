const DEADLINE_MS = 20_000;
const PAUSE_MS = 20;

/** Resolves once something listens on the port of 127.0.0.1. Rejects with what `died` resolves to, or at a deadline. */
export async function waitForPort(port: number, died: Promise<string>): Promise<void> {
  let dead: string | null = null;
  died.then((why) => dead = why);
  const until = performance.now() + DEADLINE_MS;
  while (performance.now() < until) {
    if (dead !== null) throw new Error(dead);
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (thrown) {
      // Reset: who came while the program only tried whether it may have the port.
      const isTooEarly = thrown instanceof Deno.errors.ConnectionRefused ||
        thrown instanceof Deno.errors.ConnectionReset;
      if (!isTooEarly) throw thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`nothing listens on port ${port} after ${DEADLINE_MS / 1_000} s`);
}
