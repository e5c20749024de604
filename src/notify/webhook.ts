import type { Transport } from "../core/ports.ts";
import type { WebhookChannel } from "./channel.ts";
import { discordBody } from "./formats/discord.ts";
import { genericBody, signature } from "./formats/generic.ts";
import { pagerDutyBody, pagerDutyTest } from "./formats/pagerduty.ts";
import { slackBody } from "./formats/slack.ts";
import type { Message } from "./message.ts";
import { post } from "./post.ts";

export const PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue";

/** Sends `message`; rejects with DeliveryFailure. `now`: milliseconds since 1970. */
export async function sendWebhook(
  transport: Transport,
  channel: WebhookChannel,
  message: Message,
  now: number,
): Promise<void> {
  for (const body of bodiesOf(channel, message)) {
    const text = JSON.stringify(body);
    const signed = channel.format === "json" && channel.secret !== "";
    await post(transport, {
      url: channel.url,
      body: text,
      headers: [
        ["content-type", "application/json"],
        ...channel.headers,
        ...(signed ? [["x-aegis-signature", signature(text, channel.secret, now)] as const] : []),
      ],
    });
  }
}

/** PagerDuty takes one event a request: only so can it tell which incident is over. */
function bodiesOf({ format, secret }: WebhookChannel, message: Message): readonly unknown[] {
  switch (format) {
    case "slack":
      return [slackBody(message)];
    case "discord":
      return [discordBody(message)];
    case "pagerduty":
      if (message.isTest === true) return pagerDutyTest(message.notices[0]!, secret, message.instance);
      return message.notices.map((notice) => pagerDutyBody(notice, secret, message.instance));
    case "json":
      return [genericBody(message)];
  }
}
