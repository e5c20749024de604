import type { Child } from "hono/jsx";
import type { FormState, HostView } from "../../../model.ts";

/** What every tab of the host editor is given. Field names are those of the host in REST and YAML. */
export interface TabProps {
  readonly host: HostView;
  readonly form: FormState;
  /** What stands for the host where it says nothing. */
  readonly defaults: { readonly paranoia: number; readonly threshold: number };
}

export function Card(props: { readonly title: string; readonly children?: Child }) {
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
      </header>
      <div class="pad form">{props.children}</div>
    </section>
  );
}
