import assert from "node:assert/strict";

/** Waits until `condition` holds, looking every few milliseconds; fails after `deadlineMs` with what was awaited. */
export async function until(condition: () => boolean, awaited: string, deadlineMs = 5_000): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    assert.ok(waited < deadlineMs, `not within ${deadlineMs} ms: ${awaited}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
