/** What a host does about programs that come instead of people (spec 03, Bots). */
export interface HostBots {
  /** Of requests whose head looks automated (4 points and more); null: as the setting `bots.action` says. */
  readonly action: BotAction | "off" | null;
  /** Scanners, scrapers and browsers without a window that name themselves are refused. */
  readonly block_known: boolean;
  /** Crawlers that gather for AI are refused. */
  readonly block_ai: boolean;
  /** So are programs that fetch for a person who asks an AI. */
  readonly block_ai_assistants: boolean;
  readonly robots: RobotsTxt;
}

/** `challenge`: as the host's challenge asks suspects; `block`: refused. */
export type BotAction = "challenge" | "block";

/** The generated robots.txt (RFC 9309; Content-Signal: contentsignals.org). */
export interface RobotsTxt {
  /** False: the target answers for it. */
  readonly enabled: boolean;
  /** Whether content may be indexed and found; null: nothing is said. */
  readonly search: boolean | null;
  /** Whether it may be fed to a model as it answers. */
  readonly ai_input: boolean | null;
  /** Whether models may be trained with it. */
  readonly ai_train: boolean | null;
  readonly disallow: readonly string[];
  readonly allow: readonly string[];
  /** AI crawlers are named, and asked to stay away altogether. */
  readonly disallow_ai: boolean;
  /** Absolute URLs. */
  readonly sitemaps: readonly string[];
  /** Written at the end, as they are. */
  readonly custom: readonly string[];
}

export const DEFAULT_HOST_BOTS: HostBots = Object.freeze({
  action: null,
  block_known: false,
  block_ai: false,
  block_ai_assistants: false,
  robots: Object.freeze({
    enabled: false,
    search: null,
    ai_input: null,
    ai_train: null,
    disallow: Object.freeze([]),
    allow: Object.freeze([]),
    disallow_ai: false,
    sitemaps: Object.freeze([]),
    custom: Object.freeze([]),
  }),
});

/**
 * What programs are, by what they call themselves; where several fit, the first counts. `allowed` are an operator's own
 * (monitoring, API clients): they are never taken for suspects. A user agent proves nothing, so it opens nothing else.
 */
export const AGENT_KINDS = [
  "scanner",
  "scraper",
  "headless",
  "ai",
  "ai_assistant",
  "allowed",
  "library",
] as const;
export type AgentKind = typeof AGENT_KINDS[number];

/** A user agent that an operator makes known, beside those that Aegis knows. */
export interface AgentEntry {
  /** Lower-case ASCII that stands in the user agent; `^` first where it begins it. */
  readonly text: string;
  readonly kind: AgentKind;
}

export interface BotSettings {
  readonly action: BotAction;
  readonly agents: readonly AgentEntry[];
  /** Published networks of crawlers, and the list of `ai_list_url`, are fetched again every day. */
  readonly refresh_lists: boolean;
  /** Where names of further AI crawlers are published; empty: those that Aegis knows are all. */
  readonly ai_list_url: string;
}

export const DEFAULT_BOT_SETTINGS: BotSettings = Object.freeze({
  action: "challenge",
  agents: Object.freeze([]),
  refresh_lists: true,
  ai_list_url: "",
});
