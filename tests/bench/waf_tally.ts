/** Counts of one group of requests. */
export interface Tally {
  attacks: number;
  caught: number;
  benign: number;
  refused: number;
}

export function newTally(): Tally {
  return { attacks: 0, caught: 0, benign: 0, refused: 0 };
}

export function count(tally: Tally, isAttack: boolean, isRefused: boolean): void {
  if (isAttack) {
    tally.attacks++;
    if (isRefused) tally.caught++;
  } else {
    tally.benign++;
    if (isRefused) tally.refused++;
  }
}

/** Attacks of `left` against the benign requests of `right`. */
export function composite(left: readonly Tally[], right: readonly Tally[]): Tally {
  const sum = newTally();
  for (const each of left) {
    sum.attacks += each.attacks;
    sum.caught += each.caught;
  }
  for (const each of right) {
    sum.benign += each.benign;
    sum.refused += each.refused;
  }
  return sum;
}

/** Rates in percent; null where there is nothing to divide by. */
export function rates(tally: Tally): { tpr: number | null; fpr: number | null; balanced: number | null } {
  const tpr = tally.attacks === 0 ? null : (100 * tally.caught) / tally.attacks;
  const fpr = tally.benign === 0 ? null : (100 * tally.refused) / tally.benign;
  return { tpr, fpr, balanced: tpr === null || fpr === null ? null : (tpr + 100 - fpr) / 2 };
}

/** `94.12` or a dash. */
export function percent(value: number | null): string {
  return value === null ? "-" : value.toFixed(2);
}

/** A table with columns as wide as their widest cell; the first is flush left. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, String(cell).length));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? String(cell).padEnd(widths[i]!) : String(cell).padStart(widths[i]!)).join(
      "  ",
    )
  ).join("\n");
}
