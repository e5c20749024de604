import { gateDocument, HOPS_STYLE, utcText } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { type GateLook, lookContact } from "./look.ts";
import { gateMessages } from "./messages.ts";

export interface ErrorPage {
  readonly status: number;
  /** Overrides the heading of the status. */
  readonly title?: string;
  /** The reason's public text (core/reason.ts). */
  readonly publicText: string;
  readonly requestId: string;
  /** Name of the site as the visitor asked for it; may be empty. */
  readonly host: string;
  /** Language tag; English where absent. */
  readonly lang?: string;
  /** Milliseconds since 1970. */
  readonly at?: number;
  /** The site's own look; null or absent: the common one. */
  readonly look?: GateLook | null;
}

/** The page of a site that cannot answer. Send it with `GATE_CONTENT_SECURITY_POLICY`. */
export function renderErrorPage(page: ErrorPage): string {
  const { lang, texts } = gateMessages(page.lang ?? "en");
  const known = texts.error[page.status];
  const title = page.title ?? known?.title ?? texts.errorTitle;
  const upstream = page.status === 502 || page.status === 504;
  const hops = upstream && page.host !== ""
    ? `<ol class="hops"><li><span></span>${escapeHtml(texts.hopYou)}</li>` +
      `<li><span></span>${escapeHtml(texts.hopGateway)}</li>` +
      `<li><span class="bad"></span><b>${escapeHtml(page.host)}</b> ${
        escapeHtml(texts.hopNoAnswer)
      }</li></ol>`
    : "";
  const when = page.at === undefined ? "" : `, ${utcText(page.at)}`;
  return gateDocument({
    lang,
    title,
    host: page.host,
    look: page.look,
    style: hops === "" ? undefined : HOPS_STYLE,
    body: `<p>${escapeHtml(known?.text ?? texts.errorOther)}</p>${hops}` +
      `<p class="acts"><a class="btn main" href="">${escapeHtml(texts.tryAgain)}</a></p>` +
      `<p class="fine">${escapeHtml(texts.formHint)} ${escapeHtml(texts.errorCode)} ${page.status}, ` +
      `${escapeHtml(page.publicText)}. ${escapeHtml(texts.ownerNumber)} ` +
      `<code>${escapeHtml(page.requestId)}</code>${when}.</p>` +
      (page.look ? lookContact(page.look, texts.contact) : ""),
  });
}
