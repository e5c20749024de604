import type { Child } from "hono/jsx";

export interface Tab {
  readonly href: string;
  readonly text: Child;
  readonly current: boolean;
}

/** Tabs are links: each has its own address. */
export function Tabs(props: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return (
    <nav class="tabs" aria-label={props.label}>
      {props.tabs.map((tab) => (
        <a href={tab.href} aria-current={tab.current ? "page" : undefined}>{tab.text}</a>
      ))}
    </nav>
  );
}

/** One of a few views, as links. */
export function Segments(props: { readonly label: string; readonly items: readonly Tab[] }) {
  return (
    <nav class="seg" aria-label={props.label}>
      {props.items.map((item) => (
        <a href={item.href} aria-current={item.current ? "true" : undefined}>{item.text}</a>
      ))}
    </nav>
  );
}
