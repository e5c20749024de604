import { nearest } from "../lib/nearest.ts";

/** Values that a template may name (spec 01, Transforms). */
export const TEMPLATE_VARIABLES = [
  "request.path",
  "request.host",
  "request.ip",
  "request.method",
  "request.id",
  "upstream.host",
] as const;

export type TemplateVariable = typeof TEMPLATE_VARIABLES[number];

/** Fixed text, the value of a variable, or a group of the pattern that matched. */
export type TemplatePart =
  | string
  | { readonly variable: TemplateVariable }
  | { readonly group: number };

export interface TemplateFault {
  readonly message: string;
  readonly remedy: string;
}

export interface TemplateRules {
  /** Groups of the pattern that `$1` to `$9` may name; 0: a dollar before a digit is text. */
  readonly groups?: number;
  /** False: the target is not chosen yet when the template is filled in. */
  readonly upstream?: boolean;
}

const PLACE = /\$\$|\$\{([^}]*)\}|\$([1-9])|\$\{/g;

/** The parts of `text`, in order, or what is wrong with it. `$$` stands for a dollar. */
export function parseTemplate(
  text: string,
  rules: TemplateRules = {},
): readonly TemplatePart[] | TemplateFault {
  const parts: TemplatePart[] = [];
  let at = 0;
  const fixed = (to: string) => {
    if (to === "") return;
    const last = parts.length - 1;
    if (typeof parts[last] === "string") parts[last] += to;
    else parts.push(to);
  };
  for (const found of text.matchAll(PLACE)) {
    fixed(text.slice(at, found.index));
    at = found.index + found[0].length;
    const [whole, name, group] = found;
    if (whole === "$$") fixed("$");
    else if (name !== undefined) {
      const fault = variableFault(name, rules);
      if (fault !== null) return fault;
      parts.push({ variable: name as TemplateVariable });
    } else if (group !== undefined && (rules.groups ?? 0) > 0) {
      if (Number(group) > rules.groups!) return groupFault(whole, rules.groups!);
      parts.push({ group: Number(group) });
    } else if (group !== undefined) fixed(whole);
    else return { message: "a ${ is not closed", remedy: "write } behind the name, or $$ for a dollar" };
  }
  fixed(text.slice(at));
  return parts;
}

export function isTemplateFault(parsed: readonly TemplatePart[] | TemplateFault): parsed is TemplateFault {
  return "message" in parsed;
}

function groupFault(name: string, groups: number): TemplateFault {
  return {
    message: `the pattern has no group for ${name}`,
    remedy: groups === 1 ? "it has $1 only" : `it has $1 to $${groups}`,
  };
}

function variableFault(name: string, rules: TemplateRules): TemplateFault | null {
  if (name === "token.sub" || name.startsWith("token.claim.")) {
    return {
      message: `\${${name}} needs a sign-in, which this version does not have`,
      remedy: "leave it out: it would always be empty",
    };
  }
  if (name === "upstream.host" && rules.upstream === false) {
    return {
      message: "${upstream.host} is not known here: the target is chosen later",
      remedy: "use it in headers only",
    };
  }
  if ((TEMPLATE_VARIABLES as readonly string[]).includes(name)) return null;
  const meant = nearest(name, TEMPLATE_VARIABLES);
  const known = TEMPLATE_VARIABLES.map((each) => `\${${each}}`).join(", ");
  return {
    message: `unknown variable \${${name.slice(0, 60)}}`,
    remedy: meant === null ? `one of ${known}; write $$ for a dollar` : `did you mean \${${meant}}?`,
  };
}

/** What the variables stand for in one request. */
export type TemplateValues = (variable: TemplateVariable) => string;

/** Fills in a template. `groups`: of the pattern that matched, by their number. */
export function fillTemplate(
  parts: readonly TemplatePart[],
  values: TemplateValues,
  groups: readonly (string | undefined)[] = [],
): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else text += "variable" in part ? values(part.variable) : groups[part.group] ?? "";
  }
  return text;
}
