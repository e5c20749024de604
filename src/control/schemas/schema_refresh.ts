import { errorText } from "../../core/errors.ts";
import type { StoredApiSchema } from "../../store/api_schemas.ts";
import type { Control } from "../control.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

const EVERY_MS = 30_000;

/** Fetches the documents again whose time has come, one after the other. A failure is noted at the schema and logged. */
export async function refreshSchemas(control: Control): Promise<void> {
  const now = control.clock.now();
  const due = control.store.apiSchemas.list().filter((each) => each.fields.url !== "" && isDue(each, now));
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

/** Where there is no document yet (aegis.yml declares it), each turn tries, whatever its interval. */
function isDue({ fields, triedAt, documentVersion }: StoredApiSchema, now: number): boolean {
  if (documentVersion === 0) return true;
  return fields.refresh_seconds > 0 && now - (triedAt ?? 0) >= fields.refresh_seconds * 1_000;
}

/** Looks at once and every half minute until what it returns is called. */
export function startSchemaRefresh(control: Control, everyMs = EVERY_MS): () => void {
  let isRunning = false;
  const turn = () => {
    if (isRunning) return;
    isRunning = true;
    refreshSchemas(control)
      .catch((thrown) => control.logger.error("schemas could not be refreshed", { error: errorText(thrown) }))
      .finally(() => isRunning = false);
  };
  turn();
  const timer = setInterval(turn, everyMs);
  return () => clearInterval(timer);
}
