/** Longer values are judged in pieces that overlap, so that the cost of a pattern stays bounded. */
export const PIECE_CHARS = 4 * 1024;
const OVERLAP_CHARS = 512;

/**
 * The pieces of a long value. `joints`: places in ascending order where something was left out (compact_runs.ts); then
 * only the pieces with one of them, since what is between two was judged already.
 */
export function* piecesOf(value: string, joints: readonly number[] | null): Generator<string> {
  let next = 0;
  for (let at = 0; at < value.length; at += PIECE_CHARS - OVERLAP_CHARS) {
    if (joints !== null) {
      while (joints[next]! <= at) next++;
      if (!(joints[next]! < at + PIECE_CHARS)) continue;
    }
    yield value.slice(at, at + PIECE_CHARS);
  }
}
