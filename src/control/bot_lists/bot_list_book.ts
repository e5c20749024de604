import {
  type AiNames,
  type BotListName,
  NO_PUBLISHED_BOTS,
  type PublishedBots,
} from "../../core/bot_list.ts";
import { parseAiNames } from "../../shield/bots/ai_names.ts";
import { PUBLISHED_RANGES, type RangeListName } from "../../shield/challenge/published_ranges.ts";
import { parseNetworks } from "../../shield/real_client/cdn_networks.ts";
import type { BotListTable } from "../../store/bot_lists.ts";

const RANGE_LISTS = Object.keys(PUBLISHED_RANGES) as readonly RangeListName[];

interface Read<T> {
  /** Of which text; null: the one that came with Aegis. */
  readonly takenAt: number | null;
  readonly value: T;
}

/** What others publish of programs, as it is in force: what was taken last, else what came with Aegis. */
export class BotListBook {
  readonly #table: BotListTable;
  readonly #ranges = new Map<RangeListName, Read<readonly string[]>>();
  #ai: Read<AiNames> = { takenAt: null, value: NO_PUBLISHED_BOTS.ai };

  constructor(table: BotListTable) {
    this.#table = table;
  }

  networks(name: RangeListName): readonly string[] {
    const stored = this.#table.get(name);
    const takenAt = stored?.takenAt ?? null;
    const known = this.#ranges.get(name);
    if (known?.takenAt === takenAt) return known.value;
    const text = stored?.text ?? PUBLISHED_RANGES[name].file;
    const value = text === "" ? [] : parseNetworks(text);
    this.#ranges.set(name, { takenAt, value });
    return value;
  }

  /** Beside those that Aegis knows. */
  aiNames(): AiNames {
    const stored = this.#table.get("ai");
    const takenAt = stored?.takenAt ?? null;
    if (this.#ai.takenAt !== takenAt) {
      const text = stored?.text ?? "";
      const { crawlers, assistants } = text === "" ? NO_PUBLISHED_BOTS.ai : parseAiNames(text);
      this.#ai = { takenAt, value: { crawlers, assistants } };
    }
    return this.#ai.value;
  }

  published(): PublishedBots {
    const networks = RANGE_LISTS.flatMap((name) => {
      const list = this.networks(name);
      return PUBLISHED_RANGES[name].bots.map((bot) => [bot, list] as const);
    });
    return { networks: Object.fromEntries(networks), ai: this.aiNames() };
  }

  /** Networks or names of a list. */
  size(name: BotListName): number {
    if (name !== "ai") return this.networks(name).length;
    const { crawlers, assistants } = this.aiNames();
    return crawlers.length + assistants.length;
  }
}
