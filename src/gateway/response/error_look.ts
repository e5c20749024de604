import { DEFAULT_ERROR_PAGES, type ErrorPages } from "../../core/error_pages.ts";
import { isFailure, type Reason } from "../../core/reason.ts";
import { statusPhrase } from "../../lib/http_status.ts";
import { renderBlockedPage } from "../../../views/gate/blocked.ts";
import { GATE_CONTENT_SECURITY_POLICY, utcText } from "../../../views/gate/document.ts";
import { CHALLENGE_POLICY } from "../../../views/gate/challenge/challenge.ts";
import { renderErrorPage } from "../../../views/gate/error.ts";
import {
  type ErrorFacts,
  filledParagraphs,
  filledText,
  renderErrorTemplate,
  templatePolicy,
} from "../../../views/gate/error_template.ts";
import { type GateLook, lookPolicy } from "../../../views/gate/look.ts";
import { gateLanguage } from "../../../views/gate/messages.ts";
import { isDoubtful } from "../../../views/gate/report_form.ts";

/** What a page of Aegis's own tells. */
export interface PageFacts {
  readonly requestId: string;
  /** Null: the application itself answered with this status. */
  readonly reason: Reason | null;
  readonly status: number;
  readonly publicText: string;
  readonly host: string;
  readonly lang: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How a host's own answers look to people. Made with the snapshot. */
export interface ErrorLook {
  /** Brand and colours; null: the common ones. */
  readonly gate: GateLook | null;
  /** The Content-Security-Policy of the challenge's page. */
  readonly challengePolicy: string;
  /** The language of its pages for who sends this Accept-Language. */
  languageFor(acceptLanguage: string | undefined): string;
  render(page: PageFacts): string;
  /** The Content-Security-Policy of a page of this status. */
  policy(status: number): string;
  /** The application's own answer of this status is replaced. */
  intercepts(status: number): boolean;
}

const INTERCEPTED: ReadonlySet<number> = new Set([502, 503, 504]);

/** How everything looks where nobody said anything else. */
export const COMMON_LOOK: ErrorLook = Object.freeze({
  gate: null,
  challengePolicy: CHALLENGE_POLICY,
  languageFor: gateLanguage,
  render: (page: PageFacts) => renderPage(page, null, null),
  policy: () => GATE_CONTENT_SECURITY_POLICY,
  intercepts: () => false,
});

/** `pages` as they stand in the host; the common look where they say nothing. */
export function errorLook(pages: ErrorPages): ErrorLook {
  if (JSON.stringify(pages) === JSON.stringify(DEFAULT_ERROR_PAGES)) return COMMON_LOOK;
  const { language } = pages;
  const look: GateLook = {
    brand: pages.brand,
    logo: pages.logo,
    accentColor: pages.accent_color,
    contactEmail: pages.contact_email,
    contactUrl: pages.contact_url,
  };
  const common = lookPolicy(GATE_CONTENT_SECURITY_POLICY, look);
  const templates = new Map(
    Object.entries(pages.pages).flatMap(([key, template]) =>
      template === undefined ? [] : [[key, { template, policy: templatePolicy(template) }] as const]
    ),
  );
  const templateOf = (status: number) => templates.get(String(status)) ?? templates.get("generic");
  return {
    gate: look,
    challengePolicy: lookPolicy(CHALLENGE_POLICY, look),
    render(page) {
      const own = templateOf(page.status);
      return own === undefined
        ? renderPage(page, look, pages)
        : renderErrorTemplate(own.template, factsOf(page, look), language === "auto" ? "en" : language);
    },
    languageFor: language === "auto" ? gateLanguage : () => language,
    policy: (status) => templateOf(status)?.policy ?? common,
    intercepts: (status) => pages.intercept && INTERCEPTED.has(status),
  };
}

function renderPage(page: PageFacts, look: GateLook | null, pages: ErrorPages | null): string {
  const { reason } = page;
  if (reason === null || isFailure(reason) || reason === "host_unknown") {
    return renderErrorPage({ ...page, look });
  }
  return renderBlockedPage({ ...page, reason, look, words: wordsOf(page, look, pages) });
}

/** What the host says of a refusal; null: the usual words. */
function wordsOf(page: PageFacts, look: GateLook | null, pages: ErrorPages | null) {
  if (look === null || pages === null || !isDoubtful(page.reason ?? undefined)) return null;
  const facts = factsOf(page, look);
  return {
    title: filledText(pages.blocked_title, facts),
    html: filledParagraphs(pages.blocked_text, facts),
  };
}

function factsOf(page: PageFacts, look: GateLook): ErrorFacts {
  return {
    ...look,
    code: page.status,
    statusText: statusPhrase(page.status),
    message: page.publicText,
    requestId: page.requestId,
    timestamp: utcText(page.at),
    host: page.host,
  };
}
