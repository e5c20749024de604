import type { Anomaly } from "../anomalies.ts";
import type { ValueSink } from "../body/sink.ts";
import type { ValueKind } from "../targets/kinds.ts";

/** What a parser found, and which of the sink's methods it is for. */
export type Found =
  | {
    readonly as: "value" | "undecoded";
    readonly kind: ValueKind;
    readonly name: string;
    readonly value: string;
  }
  | { readonly as: "anomaly"; readonly name: Anomaly };

/** Keeps what the parsers of a long body find, in their order, until there is time to judge it. */
export class ValueQueue implements ValueSink {
  readonly #found: Found[] = [];

  value(kind: ValueKind, name: string, value: string): void {
    this.#found.push({ as: "value", kind, name, value });
  }

  undecoded(kind: ValueKind, name: string, value: string): void {
    this.#found.push({ as: "undecoded", kind, name, value });
  }

  anomaly(name: Anomaly): void {
    this.#found.push({ as: "anomaly", name });
  }

  /** All of it, once. */
  take(): readonly Found[] {
    return this.#found.splice(0);
  }
}
