import { errorText } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import type { Host } from "../../core/host.ts";
import type { Control } from "../control.ts";

const HOUR_MS = 3_600_000;
/** Of all hosts. */
const MOST_BYTES = 256 * 1024 * 1024;
/** [SECURITY] It lies in the database whose size `log.max_size` bounds: no more of it may crowd out the log. */
const SHARE_OF_LOG = 1 / 8;

type Keeper = Pick<Control, "store" | "logger" | "clock" | "settings" | "hosts">;

/** Seals and keeps whole requests that gateways took. Never throws. */
export function keepEvidence(control: Keeper, evidence: readonly Evidence[]): void {
  const { store, logger } = control;
  try {
    // Meanwhile a host may be gone, or want none any more.
    const wanted = evidence.filter(({ hostId, at }) => at >= keptSince(control, hostId));
    const most = Math.min(MOST_BYTES, control.settings().log.max_size * SHARE_OF_LOG);
    if (wanted.length > 0) store.evidence.put(wanted, most);
  } catch (thrown) {
    logger.error("evidence could not be kept", { error: errorText(thrown) });
  }
}

/** Deletes what is older than its host keeps it, and that of hosts that keep none any more. Never throws. */
export function pruneEvidence(control: Keeper): void {
  const { store, logger } = control;
  try {
    for (const { hostId } of store.evidence.sums()) {
      store.evidence.deleteBefore(hostId, Math.min(keptSince(control, hostId), Number.MAX_SAFE_INTEGER));
    }
  } catch (thrown) {
    logger.error("evidence that is over could not be deleted", { error: errorText(thrown) });
  }
}

/** The whole request of that id, or of one that was counted into the same row; null where none is kept (any more). */
export function evidenceOf(control: Keeper, ids: readonly string[]): Evidence | null {
  for (const id of ids) {
    const found = control.store.evidence.get(id);
    if (found !== null && found.at >= keptSince(control, found.hostId)) return found;
  }
  return null;
}

/** When evidence leaves, milliseconds since 1970. */
export function keptUntil(control: Keeper, { hostId, at }: Pick<Evidence, "hostId" | "at">): number {
  return at + hoursOf(hostOf(control, hostId)) * HOUR_MS;
}

/** Requests to the host that came before are not kept; Infinity: none are. */
function keptSince(control: Keeper, hostId: string): number {
  const hours = hoursOf(hostOf(control, hostId));
  return hours === 0 ? Infinity : control.clock.now() - hours * HOUR_MS;
}

function hostOf(control: Keeper, hostId: string): Host | undefined {
  return control.hosts().find(({ id }) => id === hostId);
}

function hoursOf(host: Host | undefined): number {
  return host === undefined || host.evidence === "off" ? 0 : host.evidence;
}
