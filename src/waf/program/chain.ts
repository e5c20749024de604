import type { DecodeStep } from "../../core/finding.ts";
import { AegisError } from "../../core/errors.ts";
import { lowercase } from "../transformations/lowercase.ts";
import { TRANSFORMATIONS } from "../transformations/table.ts";
import type { Transformation } from "../transformations/transformation.ts";

/**
 * The transformations that `names` stand for. Where `endsLower`, the result is lower case whatever the rule listed:
 * `lowercase` is added where it is missing or something after it may bring capitals back.
 * Throws AegisError `invalid_input` for an unknown name.
 */
export function compileChain(names: readonly string[], endsLower: boolean): readonly Transformation[] {
  const chain = names.map((name) => {
    const found = TRANSFORMATIONS.get(name);
    if (found === undefined) throw new AegisError("invalid_input", `unknown transformation "${name}"`);
    return found;
  });
  if (!endsLower) return chain;
  const last = chain.lastIndexOf(lowercase);
  const staysLower = last >= 0 && chain.slice(last + 1).every((each) => !each.mayRaiseCase);
  return staysLower ? chain : [...chain, lowercase];
}

/** The text that the chain makes of `value`. */
export function applyChain(chain: readonly Transformation[], value: string): string {
  let text = value;
  for (const transformation of chain) text = transformation.apply(text);
  return text;
}

/** Each step that changed something, with its whole output. */
export function traceChain(chain: readonly Transformation[], value: string): DecodeStep[] {
  const steps: DecodeStep[] = [];
  let text = value;
  for (const transformation of chain) {
    const output = transformation.apply(text);
    if (output !== text) steps.push({ transformation: transformation.name, output });
    text = output;
  }
  return steps;
}
