import { createHash } from "node:crypto";
import { squeezeCss } from "../assets/squeeze_css.ts";
import { escapeHtml } from "./escape.ts";
import { type GateLook, lookHead, lookStyle } from "./look.ts";
import gateCss from "./gate.css" with { type: "text" };
import hopsCss from "./hops.css" with { type: "text" };
import reportCss from "./report.css" with { type: "text" };

/**
 * The page around what a visitor reads: one self-contained document, written for browsers of 2020. Built from strings,
 * so that a gateway thread need not load a view library.
 */
export function gateDocument(
  page: {
    readonly lang: string;
    readonly title: string;
    readonly host: string;
    readonly body: string;
    /** A style sheet besides the common one; `gatePolicy` has to know it. */
    readonly style?: string | undefined;
    /** Further elements of the head. */
    readonly head?: string;
    /** Further attributes of `<main>`, with a space before each. */
    readonly mainAttributes?: string;
    readonly look?: GateLook | null | undefined;
  },
): string {
  const { look = null, head = "", mainAttributes = "" } = page;
  const ownStyle = page.style === undefined ? "" : `<style>${page.style}</style>`;
  const site = look !== null
    ? lookHead(look, page.host)
    : page.host === ""
    ? ""
    : `<p class="site">${escapeHtml(page.host)}</p>`;
  const style = look === null ? "" : `<style>${lookStyle(look)}</style>`;
  const suffix = page.host === "" ? "" : ` · ${escapeHtml(page.host)}`;
  return `<!doctype html>
<html lang="${escapeHtml(page.lang)}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">` +
    `<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">` +
    `<title>${
      escapeHtml(page.title)
    }${suffix}</title><style>${GATE_STYLE}</style>${ownStyle}${style}${head}</head>` +
    `<body class="brand"><main${mainAttributes}>${site}<h1>${
      escapeHtml(page.title)
    }</h1>${page.body}</main></body></html>\n`;
}

const GATE_STYLE = squeezeCss(gateCss);
/** Of what only some pages have: a flood of refusals sends each of these bytes with every answer. */
export const HOPS_STYLE: string = squeezeCss(hopsCss);
export const REPORT_STYLE: string = squeezeCss(reportCss);

/**
 * [SECURITY] What a page of this folder may do: nothing loads and no script runs but what `more` allows; style sheets
 * are allowed by their hashes, so injected markup could not even change the looks; a form can only be sent to the site
 * itself. `styles`: besides the common one.
 */
export function gatePolicy(styles: readonly string[] = [], more = ""): string {
  const sources = [GATE_STYLE, ...styles].map((style) => `'sha256-${hashOf(style)}'`).join(" ");
  return `default-src 'none'; style-src ${sources}; ${more === "" ? "" : `${more}; `}` +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

/** As a policy names the content of an element. */
export function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("base64");
}

/** Of all pages but the challenge's. */
export const GATE_CONTENT_SECURITY_POLICY: string = gatePolicy([HOPS_STYLE, REPORT_STYLE]);

/** `2026-11-22 14:36:22 UTC` from milliseconds since 1970. */
export function utcText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
