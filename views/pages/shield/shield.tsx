import type { Child } from "hono/jsx";
import { PageHead } from "../../components/page_head.tsx";
import { ShieldTabs } from "./tabs.tsx";

/**
 * What stands before the firewall. Each card is a file of this folder, shown by the file of the same name in
 * src/admin/pages/shield.
 */
export function ShieldPage(props: { readonly main: Child; readonly aside: Child }) {
  return (
    <>
      <PageHead title="Shield">
        Who comes, how many, and what they have to prove before the firewall looks at their requests.
      </PageHead>
      <ShieldTabs current="shield" />
      <div class="aside">
        <div class="stack">{props.main}</div>
        <div class="stack">{props.aside}</div>
      </div>
    </>
  );
}

/** A card of the page. */
export function ShieldCard(
  props: { readonly title: string; readonly text?: Child; readonly children?: Child },
) {
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
      </header>
      <div class="pad stack">
        {props.text === undefined ? null : <p class="hint">{props.text}</p>}
        {props.children}
      </div>
    </section>
  );
}
