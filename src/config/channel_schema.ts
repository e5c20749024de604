import { z } from "zod";
import { NOTICE_KINDS } from "../core/notice.ts";
import { WEBHOOK_FORMATS } from "../notify/channel.ts";
import { complain } from "./fields.ts";

/** Ways to people, as REST and forms write them. Secrets that a patch leaves out stay as they are. */

const Name = z.string().overwrite((text) => text.trim()).pipe(z.string().min(1).max(100));
const Kinds = z.array(z.enum(NOTICE_KINDS)).overwrite((kinds) => [...new Set(kinds)]);

/** What mail servers take without quoting; deliberately narrower than RFC 5322. */
const Address = z.string().overwrite((text) => text.trim()).check(complain((text: string) => {
  if (/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text)) {
    return null;
  }
  return { message: `"${text}" is no mail address`, remedy: "write one such as ops@example.com" };
}));

const ServerName = z.string().overwrite((text) => text.trim().toLowerCase()).check(
  complain((text: string) => {
    if (/^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(text) || /^[0-9a-f:]+$/.test(text)) return null;
    return {
      message: `"${text}" is no name of a server`,
      remedy: "write it as mail.example.com, without port",
    };
  }),
);

const Secret = z.string().max(1_000);

const smtp = {
  name: Name,
  enabled: z.boolean(),
  kinds: Kinds,
  host: ServerName,
  port: z.int().min(1).max(65_535),
  security: z.enum(["starttls", "tls", "none"]),
  user: z.string().max(320),
  password: Secret,
  from_name: z.string().max(100),
  from_address: Address,
  recipients: z.array(Address).max(50),
};

export const SmtpInput = z.strictObject({
  name: smtp.name,
  enabled: smtp.enabled.default(true),
  kinds: smtp.kinds.default([...NOTICE_KINDS]),
  host: smtp.host,
  port: smtp.port.default(587),
  security: smtp.security.default("starttls"),
  user: smtp.user.default(""),
  password: smtp.password.default(""),
  from_name: smtp.from_name.default("Aegis"),
  from_address: smtp.from_address,
  recipients: smtp.recipients.default([]),
});
export const SmtpPatch = z.strictObject(smtp).partial();

/** [SECURITY] Fields that frame a request are the client's own: with these another request could be hidden in it. */
const RESERVED = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
]);

const Header = z.tuple([
  z.string().max(100).check(complain((name: string) => {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      return { message: `"${name}" is no name of a header`, remedy: "write one such as X-Token" };
    }
    if (!RESERVED.has(name.toLowerCase())) return null;
    return { message: `${name} is set by Aegis itself`, remedy: "leave it out" };
  })),
  z.string().max(2_000).regex(/^[\t\x20-\x7e]*$/, "holds signs that a header cannot carry"),
]);

export const WebhookUrl = z.string().max(2_048).overwrite((text) => text.trim()).check(
  complain((text: string) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const isHttp = url !== null && (url.protocol === "https:" || url.protocol === "http:");
    if (isHttp && url.username === "" && url.password === "" && url.port !== "0") return null;
    return { message: "this is no URL of a webhook", remedy: "write https://host/path, without a user name" };
  }),
);

const webhook = {
  name: Name,
  enabled: z.boolean(),
  kinds: Kinds,
  format: z.enum(WEBHOOK_FORMATS),
  url: WebhookUrl,
  secret: Secret,
  headers: z.array(Header).max(20),
};

export const WebhookInput = z.strictObject({
  name: webhook.name,
  enabled: webhook.enabled.default(true),
  kinds: webhook.kinds.default([...NOTICE_KINDS]),
  format: webhook.format,
  url: webhook.url.optional(),
  secret: webhook.secret.default(""),
  headers: webhook.headers.default([]),
}).check(complain((input: { format: string; url?: string | undefined; secret: string }) => {
  if (input.format !== "pagerduty" && input.url === undefined) {
    return { message: "url is missing", remedy: "write the address that the service gave you" };
  }
  if (input.format === "pagerduty" && input.secret === "") {
    return {
      message: "the routing key is missing",
      remedy: "set secret to the integration key of Events API v2",
    };
  }
  return null;
}));
export const WebhookPatch = z.strictObject(webhook).partial();
