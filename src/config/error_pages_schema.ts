import { z } from "zod";
import { ERROR_PAGE_KEYS, LOWER_VARIABLES, PAGE_LANGUAGES, UPPER_VARIABLES } from "../core/error_pages.ts";
import { complain } from "./fields.ts";

const LONGEST_TEMPLATE = 65_536;
const LONGEST_LOGO = 65_536;

const VARIABLES = [
  ...UPPER_VARIABLES.map((name) => `{{${name}}}`),
  ...LOWER_VARIABLES.map((name) => `\${{${name}}}`),
];

function htmlFault(html: string) {
  const fault = variableFault(html);
  if (fault !== null) return fault;
  if (/<script[\s>/]/i.test(html)) {
    return { message: "scripts in the page do not run", remedy: "write the script into javascript" };
  }
  return null;
}

function variableFault(text: string) {
  for (const [whole, dollar, name] of text.matchAll(/(\$)?\{\{\s*([A-Za-z_]+)\s*\}\}/g)) {
    const names: readonly string[] = dollar === undefined ? UPPER_VARIABLES : LOWER_VARIABLES;
    if (names.includes(name!)) continue;
    return { message: `unknown variable ${whole}`, remedy: `one of ${VARIABLES.join(", ")}` };
  }
  return null;
}

/** [SECURITY] The text stands between tags: it must not close them. */
function without(tag: "style" | "script") {
  return (text: string) =>
    new RegExp(`</${tag}`, "i").test(text) || (tag === "script" && text.includes("<!--"))
      ? { message: `holds </${tag}${tag === "script" ? " or <!--" : ""}`, remedy: "write it without" }
      : null;
}

const Template = z.strictObject({
  html: z.string().min(1).max(LONGEST_TEMPLATE).check(complain(htmlFault)),
  css: z.string().max(LONGEST_TEMPLATE).default("").check(complain(without("style"))),
  javascript: z.string().max(LONGEST_TEMPLATE).default("").check(complain(without("script"))),
});

const [first, second, third, generic] = ERROR_PAGE_KEYS;

export const ErrorPagesFields = z.strictObject({
  pages: z.strictObject({
    [first]: Template.optional(),
    [second]: Template.optional(),
    [third]: Template.optional(),
    [generic]: Template.optional(),
  }),
  brand: z.string().max(120),
  logo: z.string().max(LONGEST_LOGO).check(complain((text: string) => {
    if (text === "" || /^data:image\/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+$/.test(text)) {
      return null;
    }
    return webAddress(text) ? null : {
      message: "is no image address",
      remedy: "write https://example.com/logo.svg, or data:image/png;base64,…",
    };
  })),
  accent_color: z.string().check(
    complain((text: string) =>
      /^#[0-9a-fA-F]{6}$/.test(text)
        ? null
        : { message: `"${text}" is no colour`, remedy: "write it as #ef4444" }
    ),
  ),
  contact_email: z.string().max(254).check(
    complain((text: string) =>
      text === "" || /^[^\s@<>"']+@[^\s@<>"']+$/.test(text)
        ? null
        : { message: `"${text}" is no e-mail address`, remedy: "write help@example.com" }
    ),
  ),
  contact_url: z.string().max(2_048).check(
    complain((text: string) =>
      text === "" || webAddress(text)
        ? null
        : { message: `"${text}" is no address`, remedy: "write https://status.example.com" }
    ),
  ),
  language: z.enum(["auto", ...PAGE_LANGUAGES]),
  blocked_title: z.string().max(200).check(complain(variableFault)),
  blocked_text: z.string().max(4_000).check(complain(variableFault)),
  intercept: z.boolean(),
});

/** [SECURITY] Only http and https: `javascript:` in a link would run in the site's origin (CWE-79). */
function webAddress(text: string): boolean {
  return /^https?:\/\/[\x21-\x7e]+$/.test(text) && URL.canParse(text);
}
