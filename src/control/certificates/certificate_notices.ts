import { errorText } from "../../core/errors.ts";
import { UPLOADED } from "./certificate_choice.ts";
import type { Control } from "../control.ts";

const DAY_MS = 86_400_000;
/** Days before its end at which people are told of a certificate that does not renew itself. */
const DAYS = [21, 7, 1, 0] as const;

/** Tells of certificates that are about to end, each once at each of the days. */
export function noticeEndingCertificates(control: Control): void {
  const now = control.clock.now();
  for (const { id, names, notAfter } of control.store.certificates.ofOrigin(UPLOADED)) {
    const days = DAYS.findLast((each) => notAfter - now <= each * DAY_MS);
    if (days === undefined) continue;
    const name = names[0] ?? id;
    const date = new Date(notAfter).toISOString().slice(0, 10);
    control.notices.notifyOnce(`expiry ${id} ${days}`, {
      kind: "certificate_expiry",
      about: id,
      subject: notAfter <= now
        ? `The certificate of ${name} has expired`
        : `The certificate of ${name} ends on ${date}`,
      text: `It covers ${names.slice(0, 20).join(", ")} and does not renew itself: upload a new one.`,
      at: now,
    });
  }
}

/** Tells that certificates could not be renewed, at most once a day. */
export function noticeFailedRenewal(control: Control, thrown: unknown): void {
  const now = control.clock.now();
  control.notices.notifyOnce(`renewal ${Math.floor(now / DAY_MS)}`, {
    kind: "certificate_failure",
    subject: "Certificates could not be renewed",
    text: `${errorText(thrown)}. Those in use stay so until their end; it is tried again every hour.`,
    at: now,
  });
}
