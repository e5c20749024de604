import { createHash } from "node:crypto";
import { squeezeCss } from "../assets/squeeze_css.ts";
import { escapeHtml } from "./escape.ts";
import { type GateLook, lookHead, lookStyle } from "./look.ts";
import gateCss from "./gate.css" with { type: "text" };

/**
 * The page around what a visitor reads: one self-contained document without script, image or outside file, written
 * for browsers of 2020. Built from strings, so that a gateway thread need not load a view library.
 */
export function gateDocument(
  page: {
    readonly lang: string;
    readonly title: string;
    readonly host: string;
    readonly body: string;
    readonly look?: GateLook | null | undefined;
  },
): string {
  const { look = null } = page;
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
    `<title>${escapeHtml(page.title)}${suffix}</title><style>${GATE_STYLE}</style>${style}</head>` +
    `<body class="brand"><main>${site}<h1>${escapeHtml(page.title)}</h1>${page.body}</main></body></html>\n`;
}

const GATE_STYLE = squeezeCss(gateCss);

/**
 * [SECURITY] The policy that every page of this folder is sent with: nothing loads and no script runs; the one
 * style sheet is allowed by its hash, so injected markup could not even change the looks.
 */
export const GATE_CONTENT_SECURITY_POLICY: string = "default-src 'none'; style-src 'sha256-" +
  createHash("sha256").update(GATE_STYLE).digest("base64") +
  "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** `2026-11-22 14:36:22 UTC` from milliseconds since 1970. */
export function utcText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
