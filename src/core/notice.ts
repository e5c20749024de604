/** What Aegis tells people about by mail and webhook (spec 04, Notifications). */
export const NOTICE_KINDS = Object.freeze(
  [
    "attack_began",
    "attack_ended",
    "auto_ban",
    "canary_rollback",
    "certificate_failure",
    "certificate_expiry",
    "target_down",
    "target_up",
    "sign_in_new_address",
    "rule_set_update",
    "waf_rollback",
  ] as const,
);

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Something that happened, for people who are not looking. */
export interface Notice {
  readonly kind: NoticeKind;
  /** Host id, where it is about one. */
  readonly host?: string;
  /** What people call that host: its first domain. Known once the notice is told. */
  readonly hostName?: string;
  /** What the notice that ends it names too: a target, a certificate. */
  readonly about?: string;
  /** One line, at most 200 chars. */
  readonly subject: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function isNoticeKind(text: string): text is NoticeKind {
  return (NOTICE_KINDS as readonly string[]).includes(text);
}
