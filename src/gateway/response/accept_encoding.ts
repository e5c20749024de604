import type { Encoding } from "../../core/compression.ts";

/**
 * The coding of `offered` (in our order of preference) that a client likes best, or null where it wants the answer as
 * it is (RFC 9110, 12.5.3). `accept`: the values of Accept-Encoding joined by commas; undefined: none was sent, and then
 * nothing is compressed, because only a client that says so can read it.
 */
export function chooseEncoding(accept: string | undefined, offered: readonly Encoding[]): Encoding | null {
  if (accept === undefined) return null;
  const weights = weightsOf(accept);
  const others = weights.get("*") ?? 0;
  let best: Encoding | null = null;
  // Without a word on it, the answer as it is goes for whatever is not forbidden: any liked coding beats it.
  let bestWeight = weights.has("identity") ? weights.get("identity")! - Number.EPSILON : 0;
  for (const encoding of offered) {
    const weight = weights.get(encoding) ?? (encoding === "gzip" ? weights.get("x-gzip") : undefined) ??
      others;
    if (weight > bestWeight) {
      best = encoding;
      bestWeight = weight;
    }
  }
  return best;
}

const MOST_CODINGS = 32;

/** Lower-case coding → weight, 0 to 1. An entry with a weight that is none counts as 0. */
function weightsOf(accept: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const entry of accept.toLowerCase().split(",", MOST_CODINGS)) {
    const [name = "", ...parameters] = entry.split(";");
    const coding = name.trim();
    if (coding === "" || weights.has(coding)) continue;
    const q = parameters.map((each) => each.trim()).find((each) => each.startsWith("q="));
    weights.set(coding, q === undefined ? 1 : weightOf(q.slice(2)));
  }
  return weights;
}

/** RFC 9110, 12.4.2: `0`, `0.5`, `1.000`. */
function weightOf(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
