import type { Child } from "hono/jsx";
import { count } from "./format.ts";

export interface Top {
  readonly href: string;
  readonly text: Child;
  readonly aside?: Child;
  readonly value: number;
}

/** Who or what leads, as bars that link to their rows. */
export function Tops(
  props: { readonly items: readonly Top[]; readonly blocked?: boolean; readonly empty: string },
) {
  if (props.items.length === 0) return <p class="small muted">{props.empty}</p>;
  const most = Math.max(1, ...props.items.map((item) => item.value));
  return (
    <ul class={props.blocked === true ? "tops blocked" : "tops"}>
      {props.items.map((item) => (
        <li>
          <a href={item.href}>
            <svg aria-hidden="true">
              <rect width={`${Math.round(item.value / most * 100)}%`} height="100%" />
            </svg>
            <span class="clip">{item.text}</span>
            {item.aside === undefined ? null : <span class="muted">{item.aside}</span>}
            <span class="num">{count(item.value)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
