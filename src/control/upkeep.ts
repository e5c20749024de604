import { errorText } from "../core/errors.ts";
import { type Control, publishAll } from "./control.ts";

const EVERY_MS = 3_600_000;

/** What ends by itself: sessions and bans that are over leave the database, certificates near their end are renewed. */
export async function upkeep(control: Control): Promise<void> {
  const now = control.clock.now();
  const { certificates, fallback } = control.store.transaction(() => {
    control.store.sessions.deleteExpired(now);
    control.store.bans.deleteExpired(now);
    control.adminCertificate();
    return control.hostCertificates();
  });
  // Gateways let a ban end by its own time; only a renewed certificate has to be sent.
  const inForce = control.publisher.current;
  const served = [...inForce?.certificates ?? [], inForce?.fallbackCertificate];
  const isSame = [...certificates, fallback].every((pair, i) =>
    pair.certificatePem === served[i]?.certificatePem
  );
  if (!isSame) await publishAll(control);
}

/** Does it every hour until what it returns is called. A failure is logged, and the next hour tries again. */
export function startUpkeep(control: Control, everyMs = EVERY_MS): () => void {
  const timer = setInterval(() => {
    upkeep(control).catch((thrown) => control.logger.error("upkeep failed", { error: errorText(thrown) }));
  }, everyMs);
  return () => clearInterval(timer);
}
