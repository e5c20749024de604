import { safeText } from "./safe_text.ts";

/** Lines of a plain table: columns as wide as their longest cell, the last one cut at the terminal's edge. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  const cells = [head, ...rows.map((row) => row.map(safeText))];
  const widths = head.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells.map((row) => {
    const line = row.map((cell, at) => at === row.length - 1 ? cell : cell.padEnd(widths[at]!)).join("  ")
      .trimEnd();
    return line.length > columns ? `${line.slice(0, Math.max(1, columns - 1))}…` : line;
  });
}

/** `2026-11-22 17:08:03Z`, or a dash. */
export function timeText(ms: number | null): string {
  return ms === null ? "–" : new Date(ms).toISOString().replace("T", " ").replace(/\.\d+Z$/, "Z");
}

/** `name: value` lines with the values under each other. */
export function factLines(facts: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${`${name}:`.padEnd(width + 1)} ${safeText(value)}`.trimEnd());
}
