import type { ExchangeAction } from "../model.ts";

/** Shape and word always go with the colour. */
export function Verdict(props: { readonly action: ExchangeAction; readonly suffix?: string }) {
  return (
    <span class={`v ${props.action}`}>
      {props.action}
      {props.suffix === undefined ? "" : ` ${props.suffix}`}
    </span>
  );
}

export type DotState = "up" | "slow" | "down" | "off";

const DOT_CLASS: Readonly<Record<DotState, string>> = {
  up: "dot",
  slow: "dot slow",
  down: "dot down",
  off: "dot off",
};

/** A state as a shape; `label` says it to those who do not see it. */
export function Dot(props: { readonly state: DotState; readonly label?: string }) {
  if (props.label === undefined) return <span class={DOT_CLASS[props.state]} />;
  return <span class={DOT_CLASS[props.state]} role="img" aria-label={props.label} title={props.label} />;
}

/** How a firewall mode looks: normal is quiet. */
export function ModeTag(props: { readonly mode: "off" | "detect" | "enforce" }) {
  const look = props.mode === "enforce" ? "tag plain" : props.mode === "detect" ? "tag detected" : "tag";
  return <span class={look}>{props.mode}</span>;
}
