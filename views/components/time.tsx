import { absolute, clockTime, dateText, relative } from "./format.ts";

/** Relative up to 30 days; the absolute time is in the title. */
export function Ago(props: { readonly at: number; readonly now: number }) {
  return (
    <time datetime={new Date(props.at).toISOString()} title={absolute(props.at)}>
      {relative(props.at, props.now)}
    </time>
  );
}

/** As logs write it: the clock time today, the date before that. In UTC. */
export function LogTime(props: { readonly at: number; readonly now: number }) {
  const today = dateText(props.at) === dateText(props.now);
  return (
    <time datetime={`${new Date(props.at).toISOString().slice(0, 19)}Z`} title={absolute(props.at)}>
      {today ? clockTime(props.at) : `${dateText(props.at).slice(5)} ${clockTime(props.at).slice(0, 5)}`}
    </time>
  );
}
