import { AGENT_KINDS } from "../../core/host_bots.ts";
import type { AiNames } from "../../core/bot_list.ts";
import { botOf } from "../challenge/good_bots.ts";
import { KNOWN_AGENTS } from "./known_agents.ts";

/** [SECURITY] A list that says more is no list of crawlers. */
const MOST_NAMES = 2_000;
const LEAST_CHARS = 4;
const MOST_CHARS = 100;

/** They stand in robots.txt only: no request calls itself so. */
const NEVER_AGENTS: ReadonlySet<string> = new Set(["google-extended", "applebot-extended"]);

/**
 * [SECURITY] What browsers call themselves. A name that stands in one of these would refuse
 * people, whoever put it on the list.
 */
const PEOPLE = [
  "mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome/141.0.0.0 safari/537.36 edg/141.0.0.0 opr/125.0.0.0",
  "mozilla/5.0 (x11; ubuntu; linux x86_64; rv:143.0) gecko/20100101 firefox/143.0",
  "mozilla/5.0 (macintosh; intel mac os x 10_15_7) applewebkit/605.1.15 (khtml, like gecko) version/18.5 safari/605.1.15",
  "mozilla/5.0 (iphone; ipad; cpu iphone os 18_5 like mac os x) applewebkit/605.1.15 (khtml, like gecko) crios/141.0 fxios/143.0 version/18.5 mobile/15e148 safari/604.1",
  "mozilla/5.0 (linux; android 14; sm-a546b build/up1a.231005.007; wv) applewebkit/537.36 (khtml, like gecko) samsungbrowser/28.0 chrome/139.0.7258.143 mobile safari/537.36",
];

export interface ParsedAiNames extends AiNames {
  /** Names that are known already, of search engines, of no program, or that browsers' user agents hold. */
  readonly leftOut: number;
}

/**
 * Names of AI crawlers: JSON whose keys are names and whose `function` says what each does (ai.robots.txt), JSON of
 * `crawlers` and `assistants`, a robots.txt, or a name a line. Throws Error, with what was wrong, for what is none.
 */
export function parseAiNames(text: string): ParsedAiNames {
  const names = text.trimStart().startsWith("{") ? jsonNames(text) : lineNames(text);
  if (names.length === 0) throw new Error("the list is empty");
  if (names.length > MOST_NAMES) throw new Error(`the list has ${names.length} names`);
  const kept = new Map<string, boolean>();
  for (const { name, isAssistant } of names) {
    if (isUsable(name)) kept.set(name, isAssistant);
  }
  const all = [...kept];
  const of = (wanted: boolean) =>
    all.filter(([, isAssistant]) => isAssistant === wanted).map(([name]) => name);
  return { crawlers: of(false), assistants: of(true), leftOut: names.length - kept.size };
}

interface Name {
  /** Lower case. */
  readonly name: string;
  readonly isAssistant: boolean;
}

function isUsable(name: string): boolean {
  return name.length >= LEAST_CHARS && name.length <= MOST_CHARS && /^[\x20-\x5d\x5f-\x7e]+$/.test(name) &&
    !NEVER_AGENTS.has(name) && botOf(name) === null &&
    !AGENT_KINDS.some((kind) => KNOWN_AGENTS[kind]?.some((text) => text.replace("^", "") === name)) &&
    !PEOPLE.some((agent) => agent.includes(name));
}

function jsonNames(text: string): Name[] {
  const tree: unknown = JSON.parse(text);
  return Object.entries(tree as Record<string, unknown>).flatMap(([key, value]): Name[] => {
    if (Array.isArray(value)) {
      return value.map((each) => ({ name: clean(String(each)), isAssistant: key === "assistants" }));
    }
    if (typeof value !== "object" || value === null) return [];
    const does = (value as { function?: unknown }).function;
    // Where a list says both, it is taken for what is refused less often.
    return [{ name: clean(key), isAssistant: /\b(?:assistant|agent)s?\b/i.test(String(does)) }];
  });
}

/** `User-agent: X` of a robots.txt, whose other lines say nothing here; else each line is a name. */
function lineNames(text: string): Name[] {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "");
  const isRobots = lines.some((line) => /^user-agent\s*:/i.test(line));
  return lines.flatMap((line): Name[] => {
    const name = isRobots ? /^user-agent\s*:(.*)$/i.exec(line)?.[1] : line;
    return name === undefined || name.trim() === "*" ? [] : [{ name: clean(name), isAssistant: false }];
  });
}

function clean(name: string): string {
  return name.trim().toLowerCase();
}
