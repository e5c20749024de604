import { errorText } from "../../core/errors.ts";
import type { Control } from "../control.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

/** Takes the canaries of a host out on Aegis's own account, stores that and says so. Never throws. */
export async function rollBack(control: Control, hostId: string, reason: string): Promise<void> {
  const fields = { host: hostId, reason };
  try {
    await perform(control, SYSTEM_ACTOR, "hosts.canary_rollback", { id: hostId, reason });
    control.logger.warn("a canary was rolled back", fields);
    const name = control.hosts().find((host) => host.id === hostId)?.domains[0] ?? hostId;
    control.notify({
      kind: "canary_rollback",
      host: hostId,
      subject: `The canary of ${name} was rolled back`,
      text: reason,
      at: control.clock.now(),
    });
  } catch (thrown) {
    control.logger.error("a canary could not be rolled back", { ...fields, error: errorText(thrown) });
  }
}
