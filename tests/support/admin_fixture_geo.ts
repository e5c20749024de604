import type { OperationOutput } from "../../src/control/operation.ts";
import { DAY, HOSTILE, NOW } from "./admin_fixture_data.ts";

/** Invented geolocation and notifications for the pages. */

export function geoStatus(): OperationOutput<"geo.status"> {
  return {
    enabled: true,
    files: [{
      role: "country",
      origin: "built-in",
      path: "/opt/aegis/country.mmdb",
      type: "country ipvAll",
      built_at: NOW - 40 * DAY,
      bytes: 7_841_291,
      licence: "CC BY 4.0, Number Resource Organization",
      read_at: NOW - DAY,
      error: null,
    }, {
      role: "asn",
      origin: "file",
      path: `/var/lib/geo/${HOSTILE}.mmdb`,
      type: null,
      built_at: null,
      bytes: 0,
      licence: "",
      read_at: null,
      error: "there is no such file",
    }],
    next_look_at: NOW + 30_000,
  };
}

const STORED = { enabled: true, version: 1, created_at: NOW - DAY, updated_at: NOW - DAY };

function smtpProfiles(): OperationOutput<"smtp.list"> {
  return [{
    ...STORED,
    id: "channel-mail",
    name: "operations",
    kinds: ["target_down", "target_up", "attack_began"],
    host: "mail.example.com",
    port: 587,
    security: "starttls",
    user: "aegis",
    has_password: true,
    from_name: "Aegis",
    from_address: "aegis@example.com",
    recipients: ["ops@example.com", "night@example.com"],
  }];
}

function webhooks(): OperationOutput<"webhooks.list"> {
  return [{
    ...STORED,
    id: "channel-slack",
    name: "slack",
    kinds: ["auto_ban"],
    format: "slack",
    shown_url: "https://hooks.slack.com/…",
    has_secret: false,
    header_names: [],
  }, {
    ...STORED,
    id: "channel-own",
    name: "own program",
    enabled: false,
    kinds: [],
    format: "json",
    shown_url: "https://ops.example.com/…",
    has_secret: true,
    header_names: ["authorization"],
  }];
}

function deliveries(): OperationOutput<"notifications.list"> {
  const row = {
    channel_id: "channel-slack",
    channel_name: "slack",
    kinds: ["target_down" as const],
    notices: 1,
  };
  return [
    {
      ...row,
      id: "delivery-1",
      at: NOW - 5_000,
      state: "waiting",
      subject: `http://10.20.0.21:8080 is down ${HOSTILE}`,
      notices: 412,
      attempts: 2,
      next_at: NOW + 35_000,
      done_at: null,
      error: "hooks.slack.com answered 503",
    },
    {
      ...row,
      id: "delivery-2",
      at: NOW - 3_600_000,
      state: "dead",
      subject: "203.0.113.77 was banned",
      attempts: 1,
      next_at: null,
      done_at: NOW - 3_590_000,
      error: "hooks.slack.com answered 404",
    },
    {
      ...row,
      id: "delivery-3",
      at: NOW - DAY,
      state: "sent",
      subject: "The certificate of forum.example.org ends on 2026-11-25",
      attempts: 1,
      next_at: null,
      done_at: NOW - DAY + 2_000,
      error: "",
    },
  ];
}

/** What the notification pages ask for. */
export function notificationHandlers(empty: boolean) {
  return {
    "smtp.list": () => empty ? [] : smtpProfiles(),
    "smtp.create": () => smtpProfiles()[0]!,
    "smtp.test": () => ({ ok: true, text: "operations took the test message" }),
    "webhooks.list": () => empty ? [] : webhooks(),
    "webhooks.test": () => ({ ok: false, text: "hooks.slack.com answered 404" }),
    "notifications.list": () => empty ? [] : deliveries(),
    "notifications.resend": () => deliveries()[0]!,
  };
}
