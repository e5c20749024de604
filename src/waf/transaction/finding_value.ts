import type { DecodeStep, Finding } from "../../core/finding.ts";
import type { Span } from "../operators/matcher.ts";
import { isSecretTarget, keyedHash, shapeOf, shapeSecretPairs, shapeSecretsInAnswer } from "../secrets.ts";

/** Most characters of a value that a finding keeps. */
const MAX_CHARS = 512;

type Kept = Pick<Finding, "value" | "steps" | "span">;

/**
 * The value and its steps as a finding may keep them: 512 characters around the match, values of secret-looking
 * names reduced to shape and keyed hash. `span` is inside the last step's whole output and comes back inside the cut.
 */
export function reduceValue(
  label: string,
  value: string,
  steps: readonly DecodeStep[],
  span: Span,
  hashKey: string,
): Kept {
  const secret = isSecretTarget(label);
  const hide = secret ? shapeOf : hidingIn(label);
  const last = steps[steps.length - 1];
  const cut = cutAround(last?.output ?? value, span);
  const kept = steps.map((step) => ({
    transformation: step.transformation,
    output: hide(step === last ? cut.text : cutLike(step.output, last!.output, cut.from)),
  }));
  const shown = last === undefined ? cut.text : cutLike(value, last.output, cut.from);
  return {
    value: secret
      ? `${hide(shown).slice(0, MAX_CHARS - 32)} [hash ${keyedHash(hashKey, value)}]`
      : hide(shown),
    steps: kept,
    span: cut.span,
  };
}

/** [SECURITY] A log that tells of a leak must not be the next one (CWE-532). */
function hidingIn(label: string): (text: string) => string {
  if (label === "response-body" || label.startsWith("response-headers")) return shapeSecretsInAnswer;
  return isRunningText(label) ? shapeSecretPairs : same;
}

function isRunningText(label: string): boolean {
  return label === "query" || label === "uri" || label === "body" || label === "files" ||
    label.startsWith("headers");
}

function same(text: string): string {
  return text;
}

/** The part of `text` around `span`, and the span inside it. */
function cutAround(text: string, span: Span): { text: string; from: number; span: [number, number] } {
  if (text.length <= MAX_CHARS) return { text, from: 0, span: [span[0], span[1]] };
  const spare = Math.max(0, MAX_CHARS - (span[1] - span[0]));
  const from = Math.max(0, Math.min(span[0] - (spare >> 1), text.length - MAX_CHARS));
  return {
    text: text.slice(from, from + MAX_CHARS),
    from,
    span: [span[0] - from, Math.min(span[1] - from, MAX_CHARS)],
  };
}

/** The part of an earlier text that lies where the cut of the last one lies, in proportion to their lengths. */
function cutLike(text: string, last: string, from: number): string {
  if (text.length <= MAX_CHARS) return text;
  const start = Math.round((from / Math.max(1, last.length)) * text.length);
  const bounded = Math.max(0, Math.min(start, text.length - MAX_CHARS));
  return text.slice(bounded, bounded + MAX_CHARS);
}
