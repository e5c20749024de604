import type { NoticeKind } from "../src/core/notice.ts";

interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly kinds: readonly NoticeKind[];
}

/** What `smtp.list` returns. */
export interface SmtpView extends ChannelView {
  readonly host: string;
  readonly port: number;
  readonly security: "starttls" | "tls" | "none";
  readonly user: string;
  readonly has_password: boolean;
  readonly from_name: string;
  readonly from_address: string;
  readonly recipients: readonly string[];
}

/** What `webhooks.list` returns. */
export interface WebhookView extends ChannelView {
  readonly format: "slack" | "discord" | "pagerduty" | "json";
  readonly shown_url: string;
  readonly has_secret: boolean;
  readonly header_names: readonly string[];
}

/** What `notifications.list` returns. */
export interface DeliveryView {
  readonly id: string;
  readonly at: number;
  readonly channel_name: string;
  readonly state: "waiting" | "sent" | "dead";
  readonly kinds: readonly NoticeKind[];
  readonly subject: string;
  readonly notices: number;
  readonly attempts: number;
  readonly next_at: number | null;
  readonly done_at: number | null;
  readonly error: string;
}

interface KindText {
  readonly text: string;
  readonly hint?: string;
}

/** What people call each kind, and when it comes. */
export const KIND_TEXTS: Readonly<Record<NoticeKind, KindText>> = Object.freeze({
  attack_began: { text: "An attack began", hint: "Far more requests than usual, or high load." },
  attack_ended: { text: "An attack ended" },
  auto_ban: { text: "A client was banned automatically" },
  canary_rollback: { text: "A canary was rolled back" },
  waf_rollback: { text: "Enforcing was taken back" },
  certificate_failure: { text: "Certificates could not be renewed" },
  certificate_expiry: { text: "A certificate ends", hint: "21, 7 and 1 days before, and at its end." },
  target_down: { text: "A target is down" },
  target_up: { text: "A target is up again" },
  sign_in_new_address: { text: "Somebody signed in from a new address" },
  rule_set_update: { text: "The rule set was updated" },
});
