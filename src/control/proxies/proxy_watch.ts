import { errorText } from "../../core/errors.ts";
import type { CdnName } from "../../core/trusted_proxy.ts";
import type { Control } from "../control.ts";
import { publishAll } from "../publish_all.ts";
import { SYSTEM_ACTOR } from "../operation.ts";
import { perform } from "../perform.ts";

/** How often the files are read in which proxies are looked for (spec 03). */
const RELOAD_EVERY_MS = 300_000;
/** Published networks change a few times a year. Those that are older are fetched, also by a process that starts anew. */
const OLD_MS = 86_400_000;
const LOOK_EVERY_MS = 3_600_000;

/**
 * Keeps the trusted proxies as their sources have them, until what it returns is called. A source that fails is said in
 * the log, keeps its last good state, and is asked again in its turn.
 */
export function startProxyWatch(control: Control): () => void {
  const reload = setInterval(() => {
    if (!control.proxies.reload()) return;
    publishAll(control).catch((thrown) => warn(control, "trusted proxies could not be published", thrown));
  }, RELOAD_EVERY_MS);
  const fetch = setInterval(() => {
    if (control.config.offline) return;
    for (const name of cdnsDue(control)) void fetchAgain(control, name);
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(reload);
    clearInterval(fetch);
  };
}

/** Providers whose networks are trusted and were not fetched for a day. */
export function cdnsDue({ settings, store, clock }: Control): CdnName[] {
  return settings().proxies.cdn.filter((name) =>
    clock.now() - (store.cdnNetworks.get(name)?.fetchedAt ?? 0) >= OLD_MS
  );
}

async function fetchAgain(control: Control, name: CdnName): Promise<void> {
  try {
    await perform(control, SYSTEM_ACTOR, "proxies.refresh_cdn", { name });
  } catch (thrown) {
    warn(control, "published networks could not be fetched", thrown);
  }
}

function warn(control: Control, message: string, thrown: unknown): void {
  control.logger.warn(message, { error: errorText(thrown) });
}
