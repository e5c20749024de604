export interface Box {
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  /** The value that reaches `top`; the series' own maximum where absent. */
  readonly most?: number;
}

/** SVG path of a line through evenly spaced values, zero at `bottom`. */
export function linePath(series: readonly number[], box: Box): string {
  const most = Math.max(box.most ?? Math.max(...series), 1e-9);
  const step = box.width / Math.max(1, series.length - 1);
  return series.map((value, i) => {
    const y = box.bottom - (box.bottom - box.top) * Math.min(1, value / most);
    return `${i === 0 ? "M" : "L"}${short(i * step)} ${short(y)}`;
  }).join("");
}

/** The same as a closed area down to `bottom`. */
export function areaPath(series: readonly number[], box: Box): string {
  if (series.length === 0) return "";
  return `${linePath(series, box)}V${short(box.bottom)}H0Z`;
}

/** A figure that is round and not below `value`: 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) {
    if (step * power >= value) return step * power;
  }
  return 10 * power;
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
