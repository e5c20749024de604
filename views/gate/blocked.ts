import type { Reason } from "../../src/core/reason.ts";
import { gateDocument, REPORT_STYLE, utcText } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { type GateLook, lookContact } from "./look.ts";
import { gateMessages } from "./messages.ts";
import { reportForm } from "./report_form.ts";

export interface BlockedPage {
  readonly requestId: string;
  /** The reason's public text (core/reason.ts). */
  readonly publicText: string;
  /** Name of the site as the visitor asked for it; may be empty. */
  readonly host: string;
  /** Language tag, e.g. `en`. */
  readonly lang: string;
  readonly status?: number;
  readonly reason?: Reason;
  /** Milliseconds since 1970. */
  readonly at?: number;
  /** The site's own look; null or absent: the common one. */
  readonly look?: GateLook | null;
  /** What the site says in place of the usual words; each empty where those stay. `html` is escaped. */
  readonly words?: { readonly title: string; readonly html: string } | null;
}

/**
 * The page of a refused request: what happened, what to do, and a number to quote; never the rule. Send it with
 * `GATE_CONTENT_SECURITY_POLICY`.
 */
export function renderBlockedPage(page: BlockedPage): string {
  const { lang, texts } = gateMessages(page.lang);
  const why = (page.reason === undefined ? undefined : texts.blockedWhy[page.reason]) ?? texts.blockedOther;
  const facts = [
    `${escapeHtml(texts.errorCode)} ${page.status ?? 403}`,
    // The same in every language, so that it can be searched for.
    page.publicText === "" ? "" : `<span lang="en">${escapeHtml(page.publicText)}</span>`,
    page.at === undefined ? "" : escapeHtml(utcText(page.at)),
  ].filter((fact) => fact !== "").join(", ");
  const words = page.words ?? null;
  const form = reportForm(page.reason, page.requestId, texts.report);
  return gateDocument({
    lang,
    title: words === null || words.title === "" ? texts.blockedTitle : words.title,
    host: page.host,
    look: page.look,
    style: form === "" ? undefined : REPORT_STYLE,
    body: (words === null || words.html === "" ? `<p>${escapeHtml(why)}</p>` : words.html) +
      `<div class="ref"><p>${escapeHtml(texts.sendNumber)}</p><p><code>${
        escapeHtml(page.requestId)
      }</code></p>` +
      `<p class="acts"><a class="btn" href="/">${escapeHtml(texts.startPage)}</a></p>` +
      `${form}</div>` +
      `<p class="fine">${escapeHtml(texts.goBackHint)} ${facts}.</p>` +
      (page.look ? lookContact(page.look, texts.contact) : ""),
  });
}
