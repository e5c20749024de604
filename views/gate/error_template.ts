import { createHash } from "node:crypto";
import type { ErrorTemplate, LOWER_VARIABLES, UPPER_VARIABLES } from "../../src/core/error_pages.ts";
import { escapeHtml } from "./escape.ts";

/** What a template may show. All of it is escaped. */
export interface ErrorFacts {
  readonly code: number;
  /** `Bad Gateway`. */
  readonly statusText: string;
  /** The reason's public text. */
  readonly message: string;
  readonly requestId: string;
  /** `2026-11-22 14:36:22 UTC`. */
  readonly timestamp: string;
  readonly host: string;
  readonly brand: string;
  readonly logo: string;
  readonly accentColor: string;
  readonly contactEmail: string;
  readonly contactUrl: string;
}

type UpperVariable = typeof UPPER_VARIABLES[number];
type LowerVariable = typeof LOWER_VARIABLES[number];
type Reader = (facts: ErrorFacts) => string | number;

/** `{{NAME}}`. */
const UPPER: Readonly<Record<UpperVariable, Reader>> = Object.freeze({
  STATUS_CODE: (facts) => facts.code,
  STATUS_TEXT: (facts) => facts.statusText,
  INCIDENT_ID: (facts) => facts.requestId,
  TIMESTAMP: (facts) => facts.timestamp,
  HOST: (facts) => facts.host,
});

/** `${{name}}`. */
const LOWER: Readonly<Record<LowerVariable, Reader>> = Object.freeze({
  code: (facts) => facts.code,
  status_text: (facts) => facts.statusText,
  message: (facts) => facts.message,
  incident_id: (facts) => facts.requestId,
  timestamp: (facts) => facts.timestamp,
  host: (facts) => facts.host,
  brand: (facts) => facts.brand,
  logo: (facts) => facts.logo,
  accent_color: (facts) => facts.accentColor,
  contact_email: (facts) => facts.contactEmail,
  contact_url: (facts) => facts.contactUrl,
});

const PLACE = /(\$)?\{\{\s*([A-Za-z_]+)\s*\}\}/g;

function valueOf(dollar: string | undefined, name: string): Reader | undefined {
  const table: Readonly<Record<string, Reader>> = dollar === undefined ? UPPER : LOWER;
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** [SECURITY] Every value is escaped, and looked for once: a host called `{{HOST}}` is not filled in again. */
function filled(html: string, facts: ErrorFacts, written = escapeHtml): string {
  return html.replace(PLACE, (whole, dollar: string | undefined, name: string) => {
    const value = valueOf(dollar, name);
    return value === undefined ? whole : written(String(value(facts)));
  });
}

/** A plain text with its variables, as it is: whoever shows it escapes it. */
export function filledText(text: string, facts: ErrorFacts): string {
  return filled(text, facts, (value) => value);
}

/** A plain text with its variables as paragraphs, escaped; empty where it is empty. */
export function filledParagraphs(text: string, facts: ErrorFacts): string {
  // The variables' own signs are none that are escaped.
  return text.split(/\n+/).filter((line) => line.trim() !== "")
    .map((line) => `<p>${filled(escapeHtml(line.trim()), facts)}</p>`).join("");
}

/** The page of a template, whole. */
export function renderErrorTemplate(template: ErrorTemplate, facts: ErrorFacts, lang = "en"): string {
  const style = template.css === "" ? "" : `<style>${template.css}</style>`;
  const script = template.javascript === "" ? "" : `<script>${template.javascript}</script>`;
  const html = filled(template.html, facts);
  if (/<html[\s>]/i.test(html)) return before(before(html, "</head>", style), "</body>", script);
  const title = escapeHtml(`${facts.code} ${facts.statusText}`);
  return `<!doctype html>\n<html lang="${escapeHtml(lang)}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">` +
    `<title>${title} · ${
      escapeHtml(facts.host)
    }</title>${style}</head><body>${html}${script}</body></html>\n`;
}

/** In front of the last `end`, or behind everything where there is none. */
function before(html: string, end: string, piece: string): string {
  if (piece === "") return html;
  const at = html.toLowerCase().lastIndexOf(end);
  return at < 0 ? html + piece : html.slice(0, at) + piece + html.slice(at);
}

/**
 * [SECURITY] What a template's page may do: show its own styles and images, and run the one script that the operator
 * wrote, by its hash. Whatever a variable might bring along, it never runs.
 */
export function templatePolicy(template: ErrorTemplate): string {
  const script = template.javascript === ""
    ? ""
    : `script-src 'sha256-${createHash("sha256").update(template.javascript).digest("base64")}'; `;
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; font-src data: https:; ${script}` +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
}
