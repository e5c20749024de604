const PAUSE_MS = 25;

/**
 * Asks again and again until `look` gives something else than null, undefined or false, and returns that. For states that send no
 * event. Rejects at the deadline, naming `what`; errors of `look` pass at once.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = 10_000,
): Promise<Exclude<T, null | undefined | false>> {
  const end = performance.now() + deadlineMs;
  while (true) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) {
      return found as Exclude<T, null | undefined | false>;
    }
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
