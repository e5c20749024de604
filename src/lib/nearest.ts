/**
 * The candidate closest to `text`, or null where none is near enough to be what was meant: at most a third of the
 * letters may differ, or one is how the other begins. `-` and `_`, upper and lower case are one.
 */
export function nearest(text: string, candidates: readonly string[]): string | null {
  const wanted = plain(text);
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  if (best !== null && bestDistance <= Math.max(1, Math.floor(wanted.length / 3))) return best;
  for (const candidate of candidates) {
    const other = plain(candidate);
    if (Math.min(other.length, wanted.length) < 3) continue;
    if (other.startsWith(wanted) || wanted.startsWith(other)) return candidate;
  }
  return null;
}

function plain(text: string): string {
  return text.slice(0, 100).toLowerCase().replaceAll("-", "_");
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment) from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1);
      }
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
