import { createHmac } from "node:crypto";
import { type Message, subjectOf, textOf } from "../message.ts";

/** Aegis's own format; `version` grows where a field changes its meaning. */
export function genericBody(message: Message): unknown {
  return {
    version: 1,
    id: message.id,
    instance: message.instance,
    subject: subjectOf(message),
    text: textOf(message),
    notices: message.notices.map(({ kind, host, hostName, subject, text, at }) => ({
      kind: message.isTest === true ? "test" : kind,
      host: host ?? null,
      host_name: hostName ?? null,
      subject,
      text,
      at: new Date(at).toISOString(),
    })),
    more: message.more,
  };
}

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA256 over the time, a dot and the body, so that an old one cannot be sent again later.
 * `at`: milliseconds since 1970.
 */
export function signature(body: string, secret: string, at: number): string {
  const seconds = Math.floor(at / 1_000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}
