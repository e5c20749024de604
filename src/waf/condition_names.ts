/** How people call the fields and operators of conditions (spec 02, Custom rules). */

export interface FieldName {
  readonly name: string;
  /** A target; where it ends in a colon, the name of the header or cookie follows. */
  readonly target: string;
}

export const FIELD_NAMES: readonly FieldName[] = Object.freeze([
  { name: "Request URI", target: "uri" },
  { name: "Path", target: "path" },
  { name: "Query String", target: "query" },
  { name: "Method", target: "method" },
  { name: "Body", target: "body" },
  { name: "User Agent", target: "user-agent" },
  { name: "Host", target: "host" },
  { name: "Content-Type", target: "content-type" },
  { name: "Referer", target: "referer" },
  { name: "Source IP", target: "client" },
  { name: "Any Header", target: "headers" },
  { name: "Specific Header", target: "headers:" },
  { name: "Any Cookie", target: "cookies" },
  { name: "Specific Cookie", target: "cookies:" },
  { name: "Any Parameter", target: "args" },
  { name: "Specific Parameter", target: "args:" },
  { name: "Body Size", target: "size:body" },
  { name: "Country", target: "country" },
  { name: "ASN", target: "asn" },
  { name: "Fingerprint", target: "fingerprint" },
  { name: "Bot Score", target: "bot-score" },
  { name: "JA4", target: "ja4" },
  { name: "Response Status", target: "response-status" },
]);

export interface OperatorName {
  readonly name: string;
  readonly operator: string;
  readonly negated: boolean;
}

export const OPERATOR_NAMES: readonly OperatorName[] = Object.freeze([
  { name: "contains", operator: "contains", negated: false },
  { name: "does not contain", operator: "contains", negated: true },
  { name: "equals", operator: "equals", negated: false },
  { name: "does not equal", operator: "equals", negated: true },
  { name: "starts with", operator: "starts-with", negated: false },
  { name: "does not start with", operator: "starts-with", negated: true },
  { name: "ends with", operator: "ends-with", negated: false },
  { name: "does not end with", operator: "ends-with", negated: true },
  { name: "matches regex", operator: "matches", negated: false },
  { name: "does not match regex", operator: "matches", negated: true },
  { name: "is in list", operator: "in-list", negated: false },
  { name: "is not in list", operator: "in-list", negated: true },
  { name: "is greater than", operator: "greater-than", negated: false },
  { name: "is less than", operator: "less-than", negated: false },
  { name: "exists", operator: "exists", negated: false },
  { name: "does not exist", operator: "exists", negated: true },
  { name: "is IP in range", operator: "ip-in-range", negated: false },
  { name: "is not IP in range", operator: "ip-in-range", negated: true },
]);

/** `Specific Header: X-Api-Key` → `headers:X-Api-Key`; what is no display name comes back as it is. */
export function targetNamed(written: string): string {
  const colon = written.indexOf(":");
  const name = plainName(colon < 0 ? written : written.slice(0, colon));
  const found = FIELD_NAMES.find((each) => plainName(each.name) === name);
  if (found === undefined) return written;
  if (!found.target.endsWith(":")) return colon < 0 ? found.target : written;
  return colon < 0 ? written : found.target + written.slice(colon + 1).trim();
}

/** `does not contain` → contains, negated; what is no display name comes back as it is. */
export function operatorNamed(written: string): { operator: string; negated: boolean } {
  const name = plainName(written);
  const found = OPERATOR_NAMES.find((each) => plainName(each.name) === name) ??
    OPERATOR_NAMES.find((each) => plainName(each.name).replace(/^is /, "") === name);
  return found === undefined
    ? { operator: written, negated: false }
    : { operator: found.operator, negated: found.negated };
}

/** Case, underscores and dashes say nothing. */
function plainName(text: string): string {
  return text.trim().toLowerCase().replace(/[\s_-]+/g, " ");
}
