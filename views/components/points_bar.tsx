/** Points against the threshold: the tick is where refusing begins. */
export function PointsBar(props: { readonly score: number; readonly threshold: number }) {
  const whole = Math.max(props.score, props.threshold * 2, 1);
  const share = (value: number) => `${Math.round(value / whole * 1000) / 10}%`;
  return (
    <svg class="bar-h" role="img" aria-label={`${props.score} points, the threshold is ${props.threshold}`}>
      <rect width="100%" height="8" />
      <rect
        class={props.score >= props.threshold ? "blocked" : "detected"}
        width={share(props.score)}
        height="8"
      />
      <rect class="tick" x={share(props.threshold)} y="-3" width="2" height="14" />
    </svg>
  );
}
