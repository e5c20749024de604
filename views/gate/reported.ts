import { gateDocument } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { gateMessages } from "./messages.ts";

/** What a visitor reads who said that a refusal was a mistake. */
export function renderReportedPage(page: { readonly lang: string; readonly host: string }): string {
  const { lang, texts } = gateMessages(page.lang);
  const { report } = texts;
  return gateDocument({
    lang,
    title: report.thanks,
    host: page.host,
    body: `<p>${escapeHtml(report.next)}</p>` +
      `<p class="acts"><a class="btn" href="/">${escapeHtml(texts.startPage)}</a></p>`,
  });
}
