import type { Host } from "../../core/host.ts";
import { mix32 } from "../../lib/mix32.ts";

/** True where a request goes to the canaries. */
export type Split = (client: number) => boolean;

const RANGE = 2 ** 32;

/**
 * Which requests are the canaries': by chance, or by the client's address, so that everybody stays on one side and
 * those who were on the canaries' stay there while `percent` grows. Null where none are.
 */
export function createSplit(
  { id, targets, canary }: Pick<Host, "id" | "targets" | "canary">,
  random: () => number,
): Split | null {
  if (canary.percent === 0 || !targets.some(({ role, backup }) => role === "canary" && !backup)) return null;
  const share = canary.percent / 100;
  if (!canary.sticky) return () => random() < share;
  // Of this host: else the same clients would try everything new everywhere.
  let seed = 0;
  for (let i = 0; i < id.length; i++) seed = mix32(seed ^ id.charCodeAt(i));
  return (client) => (mix32(client ^ seed) >>> 0) / RANGE < share;
}
