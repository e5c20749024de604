/** Lengths of the periods that are summed up, milliseconds. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** One row of a roll-up and what a batch adds to it. */
export interface RollupRow<Key> {
  /** Length of the period and its start, milliseconds (since 1970). */
  readonly span: number;
  readonly at: number;
  readonly key: Key;
  readonly amounts: readonly number[];
}

/** What one batch adds to one table: by minute, then by what the table tells apart. Hours are summed up from minutes. */
export class RollupSums<Key> {
  readonly #minutes: Periods<Key> = new Map();

  /** `minute`: its start, milliseconds since 1970. */
  add(minute: number, key: Key, amounts: readonly number[]): void {
    addTo(this.#minutes, minute, key, amounts);
  }

  *rows(): Generator<RollupRow<Key>> {
    const hours: Periods<Key> = new Map();
    for (const [at, rows] of this.#minutes) {
      for (const [key, amounts] of rows) {
        addTo(hours, at - at % HOUR_MS, key, amounts);
        yield { span: MINUTE_MS, at, key, amounts };
      }
    }
    for (const [at, rows] of hours) {
      for (const [key, amounts] of rows) yield { span: HOUR_MS, at, key, amounts };
    }
  }
}

/** By the period's start, then by key. */
type Periods<Key> = Map<number, Map<Key, number[]>>;

function addTo<Key>(periods: Periods<Key>, at: number, key: Key, amounts: readonly number[]): void {
  let rows = periods.get(at);
  if (rows === undefined) periods.set(at, rows = new Map());
  const sums = rows.get(key);
  if (sums === undefined) rows.set(key, [...amounts]);
  else for (let i = 0; i < amounts.length; i++) sums[i]! += amounts[i]!;
}
