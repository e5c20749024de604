/**
 * Forgets what was put in first until `most` are left: Map and Set go in the order of insertion. Whoever is used again is
 * deleted and put in anew to count as new.
 */
export function keepNewest<K>(entries: Map<K, unknown> | Set<K>, most: number): void {
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(oldest);
  }
}
