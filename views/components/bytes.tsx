import { type Piece, pieces } from "./printable.ts";

/** A stretch of a value: plain, changed by the next step, or what the rule matched. */
export interface Stretch {
  readonly text: string;
  readonly kind: "plain" | "changed" | "match";
}

/** Hostile text inside a line: what does not print stands as a boxed name. */
export function Safe(props: { readonly text: string; readonly lines?: boolean }) {
  return <>{pieces(props.text, props.lines === true).map(piece)}</>;
}

/** A value as bytes: the match marked, dotted what the next step changes. */
export function Bytes(props: { readonly stretches: readonly Stretch[] }) {
  return (
    <code class="bytes">
      {props.stretches.map(stretchView)}
    </code>
  );
}

function stretchView(stretch: Stretch) {
  const inside = pieces(stretch.text).map(piece);
  if (stretch.kind === "match") return <mark>{inside}</mark>;
  return stretch.kind === "changed" ? <span class="chg">{inside}</span> : <>{inside}</>;
}

function piece(part: Piece) {
  return part.kind === "text" ? <>{part.text}</> : <span class="np" title={part.title}>{part.name}</span>;
}

/** Cuts `text` where `[start, end)` ranges (sorted, not overlapping) begin and end. */
export function cut(
  text: string,
  ranges: readonly (readonly [number, number])[],
  kind: "changed" | "match",
): Stretch[] {
  const out: Stretch[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    const start = Math.min(Math.max(from, at), text.length);
    const end = Math.min(Math.max(to, start), text.length);
    if (start > at) out.push({ text: text.slice(at, start), kind: "plain" });
    if (end > start) out.push({ text: text.slice(start, end), kind });
    at = end;
  }
  if (at < text.length) out.push({ text: text.slice(at), kind: "plain" });
  return out;
}
