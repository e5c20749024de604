import { z } from "zod";
import { SmtpInput, SmtpPatch, WebhookInput, WebhookPatch } from "../../config/channel_schema.ts";
import { NOTICE_KINDS } from "../../core/notice.ts";
import { WEBHOOK_FORMATS } from "../../notify/channel.ts";
import { contract } from "../operation_contract.ts";
import { count, id, nothing, timestamp } from "./common.ts";

const kinds = z.array(z.enum(NOTICE_KINDS));
const version = z.int().optional();

const common = {
  id,
  name: z.string(),
  enabled: z.boolean(),
  kinds,
  version: z.int(),
  created_at: timestamp,
  updated_at: timestamp,
};

export const smtpProfile = z.strictObject({
  ...common,
  host: z.string(),
  port: z.int(),
  security: z.enum(["starttls", "tls", "none"]),
  user: z.string(),
  has_password: z.boolean(),
  from_name: z.string(),
  from_address: z.string(),
  recipients: z.array(z.string()),
});

export const webhook = z.strictObject({
  ...common,
  format: z.enum(WEBHOOK_FORMATS),
  /** Without its path, which may be a key. */
  shown_url: z.string(),
  has_secret: z.boolean(),
  /** Their values are secrets. */
  header_names: z.array(z.string()),
});

export const delivery = z.strictObject({
  id,
  at: timestamp,
  channel_id: z.string(),
  channel_name: z.string(),
  state: z.enum(["waiting", "sent", "dead"]),
  kinds,
  subject: z.string(),
  /** Notices in it. */
  notices: count,
  attempts: count,
  /** When it is tried next; null: no more. */
  next_at: timestamp.nullable(),
  done_at: timestamp.nullable(),
  /** Of the last attempt; empty: it did not fail. */
  error: z.string(),
});

/** What became of a test. */
const trial = z.strictObject({ ok: z.boolean(), text: z.string() });
const one = z.strictObject({ id });

export const notificationsContract = {
  "smtp.list": contract({
    summary: "Mail profiles, without their passwords",
    role: "admin",
    changes: false,
    input: nothing,
    output: z.array(smtpProfile),
  }),
  "smtp.create": contract({
    summary: "Add a mail profile",
    role: "admin",
    changes: true,
    input: z.strictObject({ profile: SmtpInput }),
    output: smtpProfile,
  }),
  "smtp.update": contract({
    summary: "Change a mail profile; what is left out stays, the password too",
    role: "admin",
    changes: true,
    input: z.strictObject({ id, profile: SmtpPatch, version }),
    output: smtpProfile,
  }),
  "smtp.delete": contract({
    summary: "Remove a mail profile",
    role: "admin",
    changes: true,
    input: one,
    output: nothing,
  }),
  "smtp.test": contract({
    summary: "Send a mail to the profile's recipients, or to `to`, and say what came of it",
    role: "admin",
    changes: false,
    input: z.strictObject({ id, to: z.email().optional() }),
    output: trial,
  }),
  "webhooks.list": contract({
    summary: "Webhooks, without their keys",
    role: "admin",
    changes: false,
    input: nothing,
    output: z.array(webhook),
  }),
  "webhooks.create": contract({
    summary: "Add a webhook of Slack, Discord, PagerDuty (Events API v2) or of your own (signed JSON)",
    role: "admin",
    changes: true,
    input: z.strictObject({ webhook: WebhookInput }),
    output: webhook,
  }),
  "webhooks.update": contract({
    summary: "Change a webhook; what is left out stays, its keys too",
    role: "admin",
    changes: true,
    input: z.strictObject({ id, webhook: WebhookPatch, version }),
    output: webhook,
  }),
  "webhooks.delete": contract({
    summary: "Remove a webhook",
    role: "admin",
    changes: true,
    input: one,
    output: nothing,
  }),
  "webhooks.test": contract({
    summary: "Send a test message and say what came of it",
    role: "admin",
    changes: false,
    input: one,
    output: trial,
  }),
  "notifications.list": contract({
    summary: "What was sent, what waits and what did not arrive, newest first",
    role: "admin",
    changes: false,
    input: z.strictObject({
      state: z.enum(["waiting", "sent", "dead"]).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: z.array(delivery),
  }),
  "notifications.resend": contract({
    summary: "Try again what did not arrive",
    role: "admin",
    changes: true,
    input: one,
    output: delivery,
  }),
};
