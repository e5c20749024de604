import type { Channel, SmtpChannel, WebhookChannel } from "../../notify/channel.ts";
import type { StoredChannel } from "../../store/channels.ts";
import type { Answer } from "../body.ts";
import { channelOf } from "./channels.ts";

/** [SECURITY] Nothing of these views opens a door: they go to pages, REST and the audit log. */
export function smtpView(stored: StoredChannel): Answer<"smtp.list">[number] {
  const channel = channelOf(stored) as SmtpChannel;
  return {
    ...common(stored, channel),
    host: channel.host,
    port: channel.port,
    security: channel.security,
    user: channel.user,
    has_password: channel.password !== "",
    from_name: channel.from_name,
    from_address: channel.from_address,
    recipients: [...channel.recipients],
  };
}

export function webhookView(stored: StoredChannel): Answer<"webhooks.list">[number] {
  const channel = channelOf(stored) as WebhookChannel;
  return {
    ...common(stored, channel),
    format: channel.format,
    shown_url: shownUrl(channel.url),
    has_secret: channel.secret !== "",
    header_names: channel.headers.map(([name]) => name),
  };
}

function common(stored: StoredChannel, { enabled, kinds }: Channel) {
  const { id, name, version, createdAt, updatedAt } = stored;
  return { id, name, enabled, kinds: [...kinds], version, created_at: createdAt, updated_at: updatedAt };
}

function shownUrl(text: string): string {
  if (!URL.canParse(text)) return "";
  const { origin, pathname, search } = new URL(text);
  return pathname === "/" && search === "" ? origin : `${origin}/…`;
}
