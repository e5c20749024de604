import type { Notice } from "../core/notice.ts";

/** What one delivery carries: a notice, or several that came within a short time. */
export interface Message {
  readonly id: string;
  /** At least one; the first ones where there were too many. */
  readonly notices: readonly Notice[];
  /** Notices that are only counted. */
  readonly more: number;
  /** Of this Aegis, as people call it. */
  readonly instance: string;
  /** Somebody tries the channel: nothing has happened. */
  readonly isTest?: boolean;
}

/** One line of at most 200 chars. */
export function subjectOf({ notices, more, instance }: Message): string {
  const first = notices[0]!;
  const others = notices.length - 1 + more;
  const text = others === 0
    ? first.subject
    : `${first.subject}, and ${others} more ${others === 1 ? "event" : "events"}`;
  return oneLine(`[${instance}] ${text}`).slice(0, 200);
}

/** All of it for people, at most some 20 kB. */
export function textOf({ notices, more }: Message): string {
  const parts = notices.map(({ subject, text, at, hostName }) => {
    const where = hostName === undefined || subject.includes(hostName) ? "" : ` (${hostName})`;
    return `${new Date(at).toISOString()}  ${subject}${where}\n${text}`;
  });
  if (more > 0) parts.push(`${more} more came in the same time.`);
  return parts.join("\n\n").slice(0, 20_000);
}

/** [SECURITY] What clients can put into a notice must not end a header's line (CWE-93). */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").trim();
}
