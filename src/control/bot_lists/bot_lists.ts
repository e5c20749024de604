import type { BotListName } from "../../core/bot_list.ts";
import { BOT_LISTS } from "../../core/bot_list.ts";
import { AegisError, errorText } from "../../core/errors.ts";
import { parseAiNames } from "../../shield/bots/ai_names.ts";
import { PUBLISHED_RANGES } from "../../shield/challenge/published_ranges.ts";
import { parseNetworks } from "../../shield/real_client/cdn_networks.ts";
import type { Answer, Bodies } from "../body.ts";
import type { Control } from "../control.ts";
import { fetchList } from "../lists/list_fetch.ts";

/** A list of less than this share of what was known is taken for damaged. */
const LEAST_SHARE = 0.5;
const MOST_BYTES = 1_048_576;

export const botListsBodies: Bodies<"bots.lists" | "bots.take_list" | "bots.reset_list"> = {
  "bots.lists": { read: ({ control }) => view(control) },
  "bots.take_list": {
    change: async ({ control }, { name, text: given }) => {
      const text = given ?? await fetched(control, name);
      try {
        check(control, name, text, given === undefined);
      } catch (thrown) {
        if (given === undefined) throw failed(control, name, thrown);
        const message = textOf(thrown);
        throw new AegisError("invalid_input", message, { fields: [{ field: "text", message }] });
      }
      return (change) => {
        const before = control.store.botLists.get(name);
        const was = control.botLists.size(name);
        control.store.botLists.taken(name, text, change.now);
        if (before?.text === text) change.nothing();
        else {
          change.record(`list of ${titleOf(name)}`, { entries: was }, {
            entries: control.botLists.size(name),
          });
          change.republish();
        }
        return view(control);
      };
    },
  },
  "bots.reset_list": {
    change: ({ control }, { name }) => (change) => {
      const was = control.botLists.size(name);
      control.store.botLists.delete(name);
      change.record(`list of ${titleOf(name)}`, { entries: was }, { entries: control.botLists.size(name) });
      change.republish();
      return view(control);
    },
  },
};

/** Throws Error where the text is no such list, or one that was fetched has shrunk too much to be true. */
function check(control: Control, name: BotListName, text: string, mustHold: boolean): void {
  const entries = name === "ai" ? sizeOfNames(text) : parseNetworks(text).length;
  const known = control.botLists.size(name);
  if (mustHold && entries < known * LEAST_SHARE) {
    throw new Error(`it has ${entries} entries where there were ${known}`);
  }
}

function sizeOfNames(text: string): number {
  const { crawlers, assistants } = parseAiNames(text);
  return crawlers.length + assistants.length;
}

async function fetched(control: Control, name: BotListName): Promise<string> {
  try {
    if (name !== "ai") return await control.fetchText(PUBLISHED_RANGES[name].source);
    const { ai_list_url: url } = control.settings().bots;
    if (url !== "") return await fetchNames(control, url);
  } catch (thrown) {
    throw failed(control, name, thrown);
  }
  const message = "no address is set from which names of AI crawlers come";
  throw new AegisError("invalid_input", message, {
    fields: [{ field: "name", message, remedy: "set bots.ai_list_url, or hand the list in" }],
  });
}

/** [SECURITY] By the gateways' own client: an operator's address leads to no metadata service (spec 01, Upstreams). */
async function fetchNames(control: Control, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  await fetchList(control.transport, {
    url,
    headers: [],
    onData: (chunk) => {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MOST_BYTES) throw new AegisError("unavailable", `is longer than ${MOST_BYTES} bytes`);
    },
  });
  return text + decoder.decode();
}

/** The last good state stays, and the list says why. */
function failed(control: Control, name: BotListName, thrown: unknown): AegisError {
  const why = textOf(thrown);
  try {
    control.store.botLists.failed(name, control.clock.now(), why);
  } catch (unwritten) {
    control.logger.error("what became of a list could not be written", {
      list: name,
      error: errorText(unwritten),
    });
  }
  return new AegisError("unavailable", `the list of ${titleOf(name)} stays as it was: ${why}`);
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function titleOf(name: BotListName): string {
  return name === "ai" ? "AI crawlers" : PUBLISHED_RANGES[name].title;
}

function view(control: Control): Answer<"bots.lists"> {
  const { ai_list_url } = control.settings().bots;
  const { crawlers, assistants } = control.botLists.aiNames();
  return {
    lists: BOT_LISTS.map((name) => {
      const stored = control.store.botLists.get(name);
      return {
        name,
        title: titleOf(name),
        source: name === "ai" ? ai_list_url : PUBLISHED_RANGES[name].source,
        entries: control.botLists.size(name),
        taken_at: stored?.takenAt ?? null,
        tried_at: stored?.triedAt ?? null,
        error: stored?.error ?? "",
      };
    }),
    ai: { crawlers: [...crawlers], assistants: [...assistants] },
  };
}
