import { errorText } from "../core/errors.ts";
import { noticeEndingCertificates, noticeFailedRenewal } from "./certificates/certificate_notices.ts";
import type { CertificateRenewal } from "./certificates/certificate_renewal.ts";
import { areChallengeKeysDue } from "./shield/challenge_keys.ts";
import type { Control } from "./control.ts";
import { publishAll } from "./publish_all.ts";
import { pruneEvidence } from "./traffic/evidence.ts";

const EVERY_MS = 3_600_000;

/** What ends by itself: sessions and bans that are over leave the database, certificates near their end are renewed. */
export async function upkeep(control: Control, renewal: CertificateRenewal): Promise<void> {
  const now = control.clock.now();
  // Gateways let a ban end by its own time; nothing has to be sent.
  control.store.transaction(() => {
    control.store.sessions.deleteExpired(now);
    control.store.bans.deleteExpired(now);
    control.store.timedSwitches.deleteExpired(now);
    control.adminCertificate();
  });
  // A snapshot brings the new key along.
  if (areChallengeKeysDue(control.store.secrets, now)) await publishAll(control);
  control.store.deliveries.prune(now);
  pruneEvidence(control);
  noticeEndingCertificates(control);
  try {
    await renewal.run();
  } catch (thrown) {
    noticeFailedRenewal(control, thrown);
    throw thrown;
  }
}

/** Does it every hour until what it returns is called. A failure is logged, and the next hour tries again. */
export function startUpkeep(control: Control, renewal: CertificateRenewal, everyMs = EVERY_MS): () => void {
  const timer = setInterval(() => {
    upkeep(control, renewal).catch((thrown) =>
      control.logger.error("upkeep failed", { error: errorText(thrown) })
    );
  }, everyMs);
  return () => clearInterval(timer);
}
