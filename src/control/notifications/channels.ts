import { NOTICE_KINDS } from "../../core/notice.ts";
import type { Channel, SmtpChannel, WebhookChannel } from "../../notify/channel.ts";
import { PAGERDUTY_URL } from "../../notify/webhook.ts";
import type { StoredChannel } from "../../store/channels.ts";

type Fields<C> = Omit<C, "id" | "type" | "name">;

/** As it is stored; fields that a later version adds are given here. */
export function channelOf({ id, type, name, fields }: StoredChannel): Channel {
  return type === "smtp"
    ? { ...SMTP_FIELDS, ...fields as Partial<Fields<SmtpChannel>>, id, type, name }
    : { ...WEBHOOK_FIELDS, ...fields as Partial<Fields<WebhookChannel>>, id, type, name };
}

const SMTP_FIELDS: Fields<SmtpChannel> = Object.freeze({
  enabled: true,
  kinds: [],
  host: "",
  port: 587,
  security: "starttls",
  user: "",
  password: "",
  from_name: "",
  from_address: "",
  recipients: [],
});

const WEBHOOK_FIELDS: Fields<WebhookChannel> = Object.freeze({
  enabled: true,
  kinds: [],
  format: "json",
  url: PAGERDUTY_URL,
  secret: "",
  headers: [],
});

/** The webhook of `AEGIS_WEBHOOK_URL`: everything is told by it, in the format that its server wants. */
export function environmentWebhook(url: string): StoredChannel {
  const fields = { enabled: true, kinds: NOTICE_KINDS, format: formatOf(url), url };
  const name = "AEGIS_WEBHOOK_URL";
  return { id: ENVIRONMENT, type: "webhook", name, version: 0, createdAt: 0, updatedAt: 0, fields };
}

export const ENVIRONMENT = "environment";

/** The format that the server of a webhook wants, by its name. */
export function formatOf(url: string): WebhookChannel["format"] {
  const hostname = URL.canParse(url) ? new URL(url).hostname : "";
  if (hostname === "events.pagerduty.com") return "pagerduty";
  if (hostname === "hooks.slack.com") return "slack";
  return hostname === "discord.com" || hostname === "discordapp.com" ? "discord" : "json";
}
