import { BOT_LISTS, type BotListName } from "../../core/bot_list.ts";
import { errorText } from "../../core/errors.ts";
import type { Control } from "../control.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

const LOOK_EVERY_MS = 3_600_000;
/** Tries of one list are so far apart; the lists themselves change a few times a month. */
const TRY_EVERY_MS = 86_400_000;

/** Fetches the lists again whose time has come. A failure is noted at the list and logged; the last good one stays. */
export async function refreshBotLists(control: Control): Promise<void> {
  if (control.config.offline) return;
  const { refresh_lists, ai_list_url } = control.settings().bots;
  if (!refresh_lists) return;
  const now = control.clock.now();
  const due = BOT_LISTS.filter((name) =>
    (name !== "ai" || ai_list_url !== "") &&
    now - (control.store.botLists.get(name)?.triedAt ?? 0) >= TRY_EVERY_MS
  );
  for (const name of due) await refresh(control, name);
}

async function refresh(control: Control, name: BotListName): Promise<void> {
  try {
    await perform(control, SYSTEM_ACTOR, "bots.take_list", { name });
  } catch (thrown) {
    control.logger.warn("a list about programs could not be fetched; the last good one stays", {
      list: name,
      error: errorText(thrown),
    });
  }
}

/** Looks every hour, the first time after one, until what it returns is called. */
export function startBotListWatch(control: Control): () => void {
  const timer = setInterval(() => {
    refreshBotLists(control).catch((thrown) =>
      control.logger.error("lists about programs could not be refreshed", { error: errorText(thrown) })
    );
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
