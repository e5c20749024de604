/** The security headers that have a switch of their own (spec 02, Responses), in the order that they are shown. */
export const SECURITY_HEADERS = [
  "content_type_options",
  "frame_options",
  "referrer_policy",
  "xss_protection",
  "permissions_policy",
  "content_security_policy",
] as const;

export type SecurityHeader = typeof SECURITY_HEADERS[number];

/** What is taken out of a host's answers and put into them, besides the edits that it writes itself. */
export interface ResponseFilter {
  /** Each header of the set that `security_headers` names; off: not added. */
  readonly headers: Readonly<Record<SecurityHeader, boolean>>;
  /** Value of `Content-Security-Policy-Report-Only`. */
  readonly content_security_policy: string;
  /** Fields that leave no answer, besides those that name the application's software; lower case. */
  readonly remove: readonly string[];
  /** Cookies that say nothing of SameSite become `SameSite=Lax`. */
  readonly same_site: boolean;
  /** Names of cookies that stay as they are: those that a sign-in by POST of another site has to find again. */
  readonly same_site_exempt: readonly string[];
}

export const DEFAULT_RESPONSE_FILTER: ResponseFilter = Object.freeze({
  headers: Object.freeze({
    content_type_options: true,
    frame_options: true,
    referrer_policy: true,
    xss_protection: true,
    permissions_policy: true,
    content_security_policy: false,
  }),
  content_security_policy: "default-src 'self'",
  remove: Object.freeze([]),
  same_site: false,
  same_site_exempt: Object.freeze([]),
});
