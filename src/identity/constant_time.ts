import { createHash, timingSafeEqual } from "node:crypto";

/** [SECURITY] Equality that takes the same time wherever two texts differ, and whatever their lengths are. */
export function equalInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
