import { errorText } from "../../core/errors.ts";
import type { Control } from "../control.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

const EVERY_MS = 30_000;

/** Fetches the documents again whose time has come, one after the other. A failure is noted at the schema and logged. */
export async function refreshSchemas(control: Control): Promise<void> {
  const now = control.clock.now();
  const due = control.store.apiSchemas.list().filter(({ fields, triedAt }) =>
    fields.url !== "" && fields.refresh_seconds > 0 && now - (triedAt ?? 0) >= fields.refresh_seconds * 1_000
  );
  for (const { id, fields } of due) {
    try {
      await perform(control, SYSTEM_ACTOR, "schemas.refresh", { id });
    } catch (thrown) {
      control.logger.warn("an API schema could not be refreshed; the last good one stays", {
        schema: fields.name,
        error: errorText(thrown),
      });
    }
  }
}

/** Looks every half minute until what it returns is called. */
export function startSchemaRefresh(control: Control, everyMs = EVERY_MS): () => void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    refreshSchemas(control)
      .catch((thrown) => control.logger.error("schemas could not be refreshed", { error: errorText(thrown) }))
      .finally(() => isRunning = false);
  }, everyMs);
  return () => clearInterval(timer);
}
