import type { Reason } from "../../src/core/reason.ts";
import { escapeHtml } from "./escape.ts";
import type { ReportMessages } from "./messages.ts";

export const MOST_REPORT_CHARS = 500;

/** Where the form is sent. */
export const REPORT_PATH = "/_aegis/report";

/** Refusals that may have been meant for somebody else; of the others a visitor can do something. */
const DOUBTFUL: ReadonlySet<Reason> = new Set<Reason>(
  ["waf", "correlation", "bot", "ban", "ip_timeout", "blacklist", "geo", "schema", "file_scan"],
);

/** The block page in its narrow sense: its visitor may call it a mistake. */
export function isDoubtful(reason: Reason | undefined): boolean {
  return reason !== undefined && DOUBTFUL.has(reason);
}

/** One field for "this is a mistake"; needs no script. */
export function reportForm(reason: Reason | undefined, requestId: string, texts: ReportMessages): string {
  if (!isDoubtful(reason)) return "";
  return `<form class="report" method="post" action="${REPORT_PATH}">` +
    `<input type="hidden" name="id" value="${escapeHtml(requestId)}">` +
    `<label for="text"><b>${escapeHtml(texts.question)}</b> ${escapeHtml(texts.label)}</label>` +
    `<textarea id="text" name="text" rows="3" maxlength="${MOST_REPORT_CHARS}"></textarea>` +
    `<button class="btn" type="submit">${escapeHtml(texts.send)}</button></form>`;
}
