import { DEFAULT_ERROR_PAGES, type ErrorPages, type ErrorTemplate } from "../../core/error_pages.ts";
import { isFailure, type Reason } from "../../core/reason.ts";
import { statusPhrase } from "../../lib/http_status.ts";
import { renderBlockedPage } from "../../../views/gate/blocked.ts";
import { GATE_CONTENT_SECURITY_POLICY, utcText } from "../../../views/gate/document.ts";
import { CHALLENGE_POLICY } from "../../../views/gate/challenge/challenge.ts";
import { renderErrorPage } from "../../../views/gate/error.ts";
import { renderErrorTemplate, templatePolicy } from "../../../views/gate/error_template.ts";
import { type GateLook, lookPolicy } from "../../../views/gate/look.ts";

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
  render: (page: PageFacts) => renderPage(page, null),
  policy: () => GATE_CONTENT_SECURITY_POLICY,
  intercepts: () => false,
});

/** `pages` as they stand in the host; the common look where they say nothing. */
export function errorLook(pages: ErrorPages): ErrorLook {
  if (JSON.stringify(pages) === JSON.stringify(DEFAULT_ERROR_PAGES)) return COMMON_LOOK;
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
      return own === undefined ? renderPage(page, look) : renderTemplate(own.template, page, look);
    },
    policy: (status) => templateOf(status)?.policy ?? common,
    intercepts: (status) => pages.intercept && INTERCEPTED.has(status),
  };
}

function renderPage(page: PageFacts, look: GateLook | null): string {
  const { reason } = page;
  return reason === null || isFailure(reason) || reason === "host_unknown"
    ? renderErrorPage({ ...page, look })
    : renderBlockedPage({ ...page, reason, look });
}

function renderTemplate(template: ErrorTemplate, page: PageFacts, look: GateLook): string {
  return renderErrorTemplate(template, {
    ...look,
    code: page.status,
    statusText: statusPhrase(page.status),
    message: page.publicText,
    requestId: page.requestId,
    timestamp: utcText(page.at),
    host: page.host,
  });
}
