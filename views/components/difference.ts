/** Beyond this many characters of either side (after equal ends) the whole middle counts as changed. */
const MAX_MIDDLE = 600;
/** Changed stretches closer than this are shown as one. */
const JOIN = 2;

/**
 * Ranges `[start, end)` of `before` that are not in `after`, by longest common subsequence. Both are at most 512
 * characters in the log, so the table stays small; a longer middle is one range.
 */
export function changedRanges(before: string, after: string): [number, number][] {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < before.length - head && tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) tail++;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  if (a === "") return [];
  if (b === "" || a.length > MAX_MIDDLE || b.length > MAX_MIDDLE) return [[head, head + a.length]];
  return joined(missing(a, b).map(([from, to]) => [from + head, to + head]));
}

function missing(a: string, b: string): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j]
        ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const ranges: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length) {
    if (j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j < b.length && (lengths[i * width + j + 1] ?? 0) > (lengths[(i + 1) * width + j] ?? 0)) {
      j++;
    } else {
      ranges.push([i, i + 1]);
      i++;
    }
  }
  return ranges;
}

function joined(ranges: readonly [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  for (const [from, to] of ranges) {
    const last = out.at(-1);
    if (last !== undefined && from - last[1] <= JOIN) last[1] = to;
    else out.push([from, to]);
  }
  return out;
}
