import { AhoCorasick } from "../../lib/aho_corasick.ts";
import { AGENT_KINDS, type AgentEntry, type AgentKind } from "../../core/host_bots.ts";
import type { AgentTraits } from "./score.ts";

/** Kind → texts by which its programs are known: lower-case ASCII, `^` first where it stands at the very start. */
export type AgentList = Readonly<Partial<Record<AgentKind, readonly string[]>>>;

/** What one user agent says. Shared by all requests that send it: nobody changes it. */
export interface KnownAgent extends AgentTraits {
  /** The gravest kind, in the order of `AGENT_KINDS`; null: none is known. */
  readonly kind: AgentKind | null;
  /** The text by which it is known; empty where it is not. */
  readonly name: string;
  /** The same for the same user agent. */
  readonly hash: number;
}

const NAMELESS: KnownAgent = Object.freeze({
  kind: null,
  name: "",
  hash: 0,
  isLibrary: true,
  isTool: false,
  isAllowed: false,
  claimsOrder: false,
});

/** Nobody names itself later than this. */
const MOST_CHARS = 512;
/** Per generation; two generations live. */
const MAX_ENTRIES = 4_096;

/**
 * Says what a user agent is, by one pass over it for all that is known, and remembers what it said.
 *
 * Bounded by two generations: when the young one is full it becomes the old one, and the old one is dropped. With
 * texts of at most 512 characters that is 4 MiB.
 */
export class AgentBook {
  readonly #automaton: AhoCorasick;
  readonly #kinds: readonly AgentKind[];
  readonly #names: readonly string[];
  #young = new Map<string, KnownAgent>();
  #old = new Map<string, KnownAgent>();
  readonly #found: number[] = [];

  /**
   * `more`: what the operator adds, whose word on a text stands over that of the list and of what is `published`. Throws
   * RangeError for a text that is empty or not lower-case ASCII.
   */
  constructor(list: AgentList, more: readonly AgentEntry[] = [], published: readonly AgentEntry[] = []) {
    const said = new Set(more.map(({ text }) => text));
    const entries = AGENT_KINDS.flatMap((kind): AgentEntry[] => [
      ...(list[kind] ?? []).map((text) => ({ kind, text })).filter(({ text }) => !said.has(text)),
      ...published.filter((entry) => entry.kind === kind && !said.has(entry.text)),
      ...more.filter((entry) => entry.kind === kind),
    ]);
    this.#automaton = new AhoCorasick(entries.map(({ text }) => text));
    this.#kinds = entries.map(({ kind }) => kind);
    this.#names = entries.map(({ text }) => text.replace("^", ""));
  }

  /** Makes its table now, which is else made by the first user agent that is read. */
  prepare(): void {
    this.#automaton.prepare();
  }

  find(userAgent: string | undefined): KnownAgent {
    if (userAgent === undefined || userAgent === "") return NAMELESS;
    const known = this.#young.get(userAgent);
    if (known !== undefined) return known;
    if (userAgent.length > MOST_CHARS) return this.#read(userAgent.slice(0, MOST_CHARS));
    const agent = this.#old.get(userAgent) ?? this.#read(userAgent);
    if (this.#young.size >= MAX_ENTRIES) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    // A string of its own: a slice would keep the whole head that it was cut from.
    this.#young.set(userAgent.split("").join(""), agent);
    return agent;
  }

  #read(userAgent: string): KnownAgent {
    const found = this.#found;
    found.length = 0;
    // A user agent that itself says `^` says it wherever it likes: no harm, since only bots would.
    this.#automaton.scan(`^${userAgent}`, found);
    // Ids go by kind, gravest first.
    const first = found.length === 0 ? -1 : Math.min(...found);
    const kind = this.#kinds[first] ?? null;
    return Object.freeze({
      kind,
      name: this.#names[first] ?? "",
      hash: hashOf(userAgent),
      isLibrary: kind === "library",
      isAllowed: kind === "allowed",
      isTool: kind === "scanner" || kind === "scraper" || kind === "headless",
      claimsOrder: /\b(?:Chrome|Firefox)\/\d/.test(userAgent),
    });
  }
}

/** FNV-1a over the characters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
