import type { Child } from "hono/jsx";

/** The page's heading, one sentence below it, and what can be done on it. */
export function PageHead(
  props: {
    readonly title: Child;
    readonly crumb?: { readonly href: string; readonly text: string };
    readonly children?: Child;
    readonly actions?: Child;
  },
) {
  return (
    <header class="head">
      <div>
        {props.crumb === undefined ? null : (
          <p class="crumb">
            <a href={props.crumb.href}>{props.crumb.text}</a>
          </p>
        )}
        <h1 tabindex={-1}>{props.title}</h1>
        {props.children === undefined ? null : <p>{props.children}</p>}
      </div>
      {props.actions === undefined ? null : <div class="row">{props.actions}</div>}
    </header>
  );
}
