import type { ApiParameter } from "../../core/api_schema.ts";
import { decodeForm } from "../body/urlencoded.ts";
import { nestedFields } from "./nested_fields.ts";
import { decodeSegment, type RawPairs } from "./raw_parameters.ts";

/** A parameter's text as a value whose scalars are texts still, or why it cannot be read as its style says. */
export type ReadParameter =
  | { readonly kind: "absent" }
  | { readonly kind: "value"; readonly value: unknown; readonly isText: boolean }
  | { readonly kind: "fault"; readonly message: string };

const ABSENT: ReadParameter = Object.freeze({ kind: "absent" });

const SEPARATORS: Readonly<Record<string, RegExp>> = {
  spaceDelimited: /%20|\+| /,
  pipeDelimited: /\||%7c/i,
  tabDelimited: /%09|\t/,
};

/** Of a query, a form or a cookie. */
export function pairParameter(parameter: ApiParameter, pairs: RawPairs): ReadParameter {
  const { name, shape, style, explode, fields } = parameter;
  const decode = parameter.place === "cookie" ? (text: string) => text : decodeForm;
  if (shape === "object" && style === "deepObject") return deepValue(name, pairs);
  if (shape === "object" && style === "form" && explode) {
    const present = fields.filter((field) => pairs.has(field));
    if (present.length === 0) return ABSENT;
    return textValue(Object.fromEntries(present.map((field) => [field, single(pairs.get(field)!, decode)])));
  }
  const texts = shape === "array" ? listed(name, pairs) : pairs.get(name);
  if (texts === undefined) return ABSENT;
  if (style === "json") return jsonValue(texts, decode);
  if (shape === "array") {
    if (explode) return textValue(texts.map(decode));
    const separator = SEPARATORS[style] ?? ",";
    return textValue(texts.flatMap((text) => text === "" ? [] : text.split(separator).map(decode)));
  }
  // [SECURITY] Of two values an application may take either (HTTP parameter pollution, CWE-235).
  if (texts.length > 1) return { kind: "fault", message: "stands there more than once" };
  if (shape === "object") return alternating(texts[0]!.split(SEPARATORS[style] ?? ","), decode);
  return textValue(decode(texts[0]!));
}

/** [SECURITY] All that an application may read as the list, lest one spelling hides another: `a`, `a[]` and `a[0]`. */
function listed(name: string, pairs: RawPairs): readonly string[] | undefined {
  const texts: string[] = [];
  for (const [key, values] of pairs) {
    if (key.startsWith(name) && /^(?:\[\d{0,5}\])?$/.test(key.slice(name.length))) texts.push(...values);
  }
  return texts.length === 0 ? undefined : texts;
}

/** Of a path or a header: one text. */
export function singleParameter(parameter: ApiParameter, sent: string): ReadParameter {
  const { name, shape, style, explode } = parameter;
  const decode = parameter.place === "path" ? decodeSegment : (text: string) => text;
  if (style === "json") return jsonValue([sent], decode);
  let text = sent;
  let separator = ",";
  if (style === "label" || style === "matrix") {
    const mark = style === "label" ? "." : ";";
    const lead = style === "matrix" && !(shape === "object" && explode) ? `;${name}=` : mark;
    if (!text.startsWith(lead)) return { kind: "fault", message: `must begin with ${lead}` };
    text = text.slice(lead.length);
    if (explode) separator = style === "matrix" && shape === "array" ? lead : mark;
  }
  if (shape === "scalar") return textValue(decode(text));
  const parts = text === "" ? [] : text.split(separator).map((part) => part.trim());
  if (shape === "array") return textValue(parts.map(decode));
  if (!explode) return alternating(parts, decode);
  const entries = parts.map((part) => {
    const equals = part.indexOf("=");
    return equals < 0
      ? [decode(part), ""] as const
      : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))] as const;
  });
  return textValue(Object.fromEntries(entries));
}

function single(texts: readonly string[], decode: (text: string) => string): unknown {
  return texts.length === 1 ? decode(texts[0]!) : texts.map(decode);
}

function deepValue(name: string, pairs: RawPairs): ReadParameter {
  const own = [...pairs].filter(([key]) => key.startsWith(`${name}[`))
    .map(([key, texts]) => [key, texts.map(decodeForm)] as const);
  if (own.length === 0) return pairs.has(name) ? { kind: "fault", message: "must be an object" } : ABSENT;
  return textValue(nestedFields(own, () => false)[name]);
}

/** `a,1,b,2`. */
function alternating(parts: readonly string[], decode: (text: string) => string): ReadParameter {
  if (parts.length % 2 === 1) return { kind: "fault", message: "must be names and values by turns" };
  const entries: [string, string][] = [];
  for (let i = 0; i < parts.length; i += 2) entries.push([decode(parts[i]!), decode(parts[i + 1]!)]);
  return textValue(Object.fromEntries(entries));
}

function jsonValue(texts: readonly string[], decode: (text: string) => string): ReadParameter {
  if (texts.length > 1) return { kind: "fault", message: "stands there more than once" };
  try {
    return { kind: "value", value: JSON.parse(decode(texts[0]!)), isText: false };
  } catch {
    return { kind: "fault", message: "is not JSON" };
  }
}

function textValue(value: unknown): ReadParameter {
  return { kind: "value", value, isText: true };
}
