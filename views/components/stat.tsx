import type { Child } from "hono/jsx";
import { type SparkKind, Sparkline } from "./sparkline.tsx";

/** A figure that links to its rows, with its course. */
export function Stat(
  props: {
    readonly href: string;
    readonly label: string;
    readonly value: string;
    readonly aside?: Child;
    readonly series?: readonly number[];
    readonly kind?: SparkKind;
  },
) {
  return (
    <a class="stat" href={props.href}>
      <span>{props.label}</span>
      <b>{props.value} {props.aside === undefined ? null : <small>{props.aside}</small>}</b>
      {props.series === undefined ? null : <Sparkline series={props.series} kind={props.kind ?? "allowed"} />}
    </a>
  );
}
