import { z } from "zod";
import { BOT_LISTS } from "../../core/bot_list.ts";
import { AGENT_KINDS } from "../../core/host_bots.ts";
import { contract } from "../operation_contract.ts";
import { count, nothing, timestamp } from "./common.ts";

const botListName = z.enum(BOT_LISTS);

export const botListsView = z.strictObject({
  lists: z.array(z.strictObject({
    name: botListName,
    title: z.string(),
    /** Where it is published; empty: nowhere yet. */
    source: z.string(),
    /** Networks, or names beside those that Aegis knows. */
    entries: count,
    /** null: as it came with this version. */
    taken_at: timestamp.nullable(),
    tried_at: timestamp.nullable(),
    /** Why the last try failed; the last good list serves on. */
    error: z.string(),
  })),
  ai: z.strictObject({ crawlers: z.array(z.string()), assistants: z.array(z.string()) }),
});

export const botsContract = {
  "bots.lists": contract({
    summary: "Published networks of crawlers and names of AI crawlers, and how each list stands",
    role: "viewer",
    changes: false,
    input: nothing,
    output: botListsView,
  }),
  "bots.take_list": contract({
    summary: "Fetch such a list from where it is published, or take the one that is handed in",
    role: "admin",
    changes: true,
    input: z.strictObject({
      name: botListName,
      /** Absent: it is fetched. */
      text: z.string().min(1).max(1_048_576).optional(),
    }),
    output: botListsView,
  }),
  "bots.reset_list": contract({
    summary: "Take such a list as it came with this version",
    role: "admin",
    changes: true,
    input: z.strictObject({ name: botListName }),
    output: botListsView,
  }),
  "bots.explain": contract({
    summary: "Why requests with this head would look automated, or not",
    role: "viewer",
    changes: false,
    input: z.strictObject({
      /** Fields as the program sends them and in its order, one an entry: `Accept: text/html`. */
      headers: z.array(z.string().max(8_192)).max(128),
      protocol: z.enum(["HTTP/1.1", "HTTP/2"]).default("HTTP/1.1"),
      tls: z.boolean().default(true),
    }),
    output: z.strictObject({
      score: count,
      /** From so many points on. */
      line: count,
      looks_automated: z.boolean(),
      reasons: z.array(z.strictObject({ points: count, text: z.string() })),
      /** The program, where its user agent is known. */
      agent: z.strictObject({ kind: z.enum(AGENT_KINDS), text: z.string() }).nullable(),
      /** As a rule can ask for it. */
      fingerprint: z.string(),
    }),
  }),
};
