import type { Anomaly } from "../anomalies.ts";
import type { ValueKind } from "../targets/kinds.ts";

/** Where the body parsers put what they find. */
export interface ValueSink {
  value(kind: ValueKind, name: string, value: string): void;
  /** A value of which all that a decoding could uncover is handed out by `value` as well. */
  undecoded(kind: ValueKind, name: string, value: string): void;
  anomaly(name: Anomaly): void;
}

/** Values that one parser hands out one by one; what follows is inspected as running text. */
export const MAX_VALUES = 5_000;
