import type { Child } from "hono/jsx";
import type { Target } from "../../../../src/core/target.ts";
import type { RateRule } from "../../../../src/core/rate_rule.ts";
import type { TransformName } from "../../../../src/core/transform.ts";
import type { FormState, HostView } from "../../../model.ts";

/** What every tab of the host editor is given. Field names are those of the host in REST and YAML. */
export interface TabProps {
  readonly host: HostView;
  readonly form: FormState;
  /** Stored certificates to choose from. */
  readonly certificates: readonly { readonly value: string; readonly text: string }[];
  /** What stands for the host where it says nothing. */
  readonly defaults: {
    readonly paranoia: number;
    readonly threshold: number;
    readonly target: Omit<Target, "id" | "url">;
  };
  /** The action of a transform that is to be written; null: none. */
  readonly add: TransformName | null;
  /** A rate rule that is to be written; absent: none. */
  readonly newRateRule?: RateRule | null;
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
