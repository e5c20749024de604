import { linePath } from "./chart_path.ts";

export type SparkKind = "allowed" | "detected" | "blocked" | "challenged";

/** The course of a figure, without an axis: a shape, not a reading. */
export function Sparkline(props: { readonly series: readonly number[]; readonly kind: SparkKind }) {
  if (props.series.length < 2) return null;
  return (
    <svg
      class={props.kind === "allowed" ? "spark" : `spark ${props.kind}`}
      viewBox="0 0 96 24"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={linePath(thinned(props.series, 24), { width: 96, top: 2, bottom: 22 })} />
    </svg>
  );
}

/** At most `most` values, neighbours summed. */
function thinned(series: readonly number[], most: number): number[] {
  const step = Math.ceil(series.length / most);
  const out: number[] = [];
  for (let i = 0; i < series.length; i += step) {
    out.push(series.slice(i, i + step).reduce((sum, value) => sum + value, 0));
  }
  return out;
}
