import { z } from "zod";
import { AGENT_KINDS, DEFAULT_HOST_BOTS } from "../core/host_bots.ts";
import { complain } from "./fields.ts";

const MOST_LINES = 200;

const Path = z.string().max(2_048).overwrite((text) => text.trim()).check(complain((path: string) => {
  // [SECURITY] A line end would let one field write the whole file (CWE-93).
  if (/^\/[\x21-\x7e]*$/.test(path) && !path.includes("#")) return null;
  return { message: `"${path}" is no path`, remedy: "write /private/ or /*.pdf$; a space as %20, # as %23" };
}));

const Line = z.string().max(500).check(complain((line: string) => {
  // [SECURITY] One line is one line (CWE-93), whatever a client takes for the end of one.
  if (!/[^\P{Cc}\t]|[\u2028\u2029]/u.test(line)) return null;
  return {
    message: "holds a line end or a control character",
    remedy: "write each line as an entry of its own",
  };
}));

const Sitemap = z.url({
  protocol: /^https?$/,
  error: "expected a URL such as https://shop.example.com/sitemap.xml",
}).max(2_048).check(
  complain((url: string) => {
    if (/^[\x21-\x7e]+$/.test(url)) return null;
    return { message: "holds a character that a URL cannot hold", remedy: "write it with percent-encoding" };
  }),
);

const Robots = z.strictObject({
  enabled: z.boolean(),
  search: z.boolean().nullable(),
  ai_input: z.boolean().nullable(),
  ai_train: z.boolean().nullable(),
  disallow: z.array(Path).max(MOST_LINES),
  allow: z.array(Path).max(MOST_LINES),
  disallow_ai: z.boolean(),
  sitemaps: z.array(Sitemap).max(MOST_LINES),
  custom: z.array(Line).max(MOST_LINES),
});

const Action = z.enum(["off", "challenge", "block"]).nullable();

/** What changes of `bots`; lists are replaced whole. */
export const BotsPatch = z.strictObject({
  action: Action,
  block_known: z.boolean(),
  block_ai: z.boolean(),
  block_ai_assistants: z.boolean(),
  robots: Robots.partial(),
}).partial();

const BY_DEFAULT = DEFAULT_HOST_BOTS;
const ROBOTS = BY_DEFAULT.robots;

/** `bots` of a host, what is left out as usual. */
export const BotsInput = z.strictObject({
  action: Action.default(BY_DEFAULT.action),
  block_known: z.boolean().default(BY_DEFAULT.block_known),
  block_ai: z.boolean().default(BY_DEFAULT.block_ai),
  block_ai_assistants: z.boolean().default(BY_DEFAULT.block_ai_assistants),
  robots: z.strictObject({
    enabled: Robots.shape.enabled.default(ROBOTS.enabled),
    search: Robots.shape.search.default(ROBOTS.search),
    ai_input: Robots.shape.ai_input.default(ROBOTS.ai_input),
    ai_train: Robots.shape.ai_train.default(ROBOTS.ai_train),
    disallow: Robots.shape.disallow.default([]),
    allow: Robots.shape.allow.default([]),
    disallow_ai: Robots.shape.disallow_ai.default(ROBOTS.disallow_ai),
    sitemaps: Robots.shape.sitemaps.default([]),
    custom: Robots.shape.custom.default([]),
  }).prefault({}),
});

/** A user agent that the operator makes known. */
const Agent = z.strictObject({
  text: z.string().max(128).overwrite((text) => text.trim().toLowerCase()).check(complain((text: string) => {
    if (/^[\x20-\x7e]{3,}$/.test(text)) return null;
    return {
      message: `"${text}" is too short or not ASCII`,
      remedy: "write at least three characters that stand in the user agent, such as acmebot",
    };
  })),
  kind: z.enum(AGENT_KINDS),
});

/** The setting `bots`. */
export const BotSettings = z.strictObject({
  action: z.enum(["challenge", "block"]),
  agents: z.array(Agent).max(1_000),
  refresh_lists: z.boolean(),
  ai_list_url: z.string().max(2_048).overwrite((text) => text.trim()).check(complain((url: string) => {
    if (url === "" || (URL.canParse(url) && /^https?:\/\/[^@]+$/.test(url))) return null;
    return { message: `"${url}" is no address of a list`, remedy: "write https://host/path, or nothing" };
  })),
});
