import type { NoticeKind } from "../core/notice.ts";

/** A way to people: a mail server with its recipients, or an address of another service. */
export type Channel = SmtpChannel | WebhookChannel;

interface CommonFields {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** What is told by it. */
  readonly kinds: readonly NoticeKind[];
}

export interface SmtpChannel extends CommonFields {
  readonly type: "smtp";
  readonly host: string;
  readonly port: number;
  /** `starttls` and `tls` go no further in the clear; `none` sends everything in the clear. */
  readonly security: "starttls" | "tls" | "none";
  /** Empty: the server asks for none. */
  readonly user: string;
  readonly password: string;
  readonly from_name: string;
  readonly from_address: string;
  /** Who gets alerts; none: the profile is for other mail. */
  readonly recipients: readonly string[];
}

export const WEBHOOK_FORMATS = Object.freeze(["slack", "discord", "pagerduty", "json"] as const);
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

export interface WebhookChannel extends CommonFields {
  readonly type: "webhook";
  readonly format: WebhookFormat;
  /** Of Slack and Discord it is a secret by itself. */
  readonly url: string;
  /** `pagerduty`: the routing key; `json`: signs what is sent, empty: unsigned. */
  readonly secret: string;
  /** Further fields of the request. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}
