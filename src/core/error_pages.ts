/** A page of the operator's own. */
export interface ErrorTemplate {
  /** A whole document, or what stands in its body; with the variables of views/gate/error_template.ts. */
  readonly html: string;
  readonly css: string;
  readonly javascript: string;
}

/** By status; `generic` stands for every other, and for those that have none of their own. */
export const ERROR_PAGE_KEYS = ["502", "503", "504", "generic"] as const;
export type ErrorPageKey = typeof ERROR_PAGE_KEYS[number];

/** Variables of a template: `{{NAME}}`. */
export const UPPER_VARIABLES = ["STATUS_CODE", "STATUS_TEXT", "INCIDENT_ID", "TIMESTAMP", "HOST"] as const;

/** Variables of a template: `${{name}}`. */
export const LOWER_VARIABLES = [
  "code",
  "status_text",
  "message",
  "incident_id",
  "timestamp",
  "host",
  "brand",
  "logo",
  "accent_color",
  "contact_email",
  "contact_url",
] as const;

/** Languages that pages for visitors are written in (views/gate/messages.json). */
export const PAGE_LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ja", "zh"] as const;
export type PageLanguage = typeof PAGE_LANGUAGES[number];

/** How Aegis's own answers of a host look to people (spec 01, Error pages). */
export interface ErrorPages {
  /** Where there is none, the default page in these colours is shown. */
  readonly pages: { readonly [K in ErrorPageKey]?: ErrorTemplate | undefined };
  readonly brand: string;
  /** `https://…` or `data:image/…`; empty: none. */
  readonly logo: string;
  /** `#rrggbb`. */
  readonly accent_color: string;
  readonly contact_email: string;
  readonly contact_url: string;
  /** Of all pages for visitors, challenges too; `auto`: what their browsers ask for. */
  readonly language: PageLanguage | "auto";
  /** Heading and text of the block page, with the variables of templates; empty: the usual words. */
  readonly blocked_title: string;
  readonly blocked_text: string;
  /** The application's own 502, 503 and 504 are replaced too, where a browser asks for a page. */
  readonly intercept: boolean;
}

export const DEFAULT_ERROR_PAGES: ErrorPages = Object.freeze({
  pages: Object.freeze({}),
  brand: "",
  logo: "",
  accent_color: "#ef4444",
  contact_email: "",
  contact_url: "",
  language: "auto",
  blocked_title: "",
  blocked_text: "",
  intercept: false,
});
