import type { Reason } from "../../src/core/reason.ts";
import texts from "./messages.json" with { type: "json" };

/** Every text that a visitor of a protected site can read, in one language. `#` stands for a number. */
export interface GateMessages {
  readonly blockedTitle: string;
  /** Why it was refused, in the visitor's words; reasons without an entry get `blockedOther`. */
  readonly blockedWhy: Partial<Readonly<Record<Reason, string>>>;
  readonly blockedOther: string;
  readonly sendNumber: string;
  readonly startPage: string;
  readonly goBackHint: string;
  readonly errorCode: string;
  readonly errorTitle: string;
  readonly errorOther: string;
  /** By HTTP status. */
  readonly error: Readonly<Record<number, { readonly title: string; readonly text: string }>>;
  readonly hopYou: string;
  readonly hopGateway: string;
  readonly hopNoAnswer: string;
  readonly tryAgain: string;
  readonly formHint: string;
  readonly ownerNumber: string;
  readonly contact: string;
  readonly report: ReportMessages;
  readonly challenge: ChallengeMessages;
}

/** "This is a mistake", on the page of a refused request. */
export interface ReportMessages {
  readonly question: string;
  readonly label: string;
  readonly send: string;
  /** The page behind it. */
  readonly thanks: string;
  readonly next: string;
}

export interface ChallengeMessages {
  readonly title: string;
  /** Why there is one: under attack, or by other signs. */
  readonly flood: string;
  readonly check: string;
  readonly nothing: string;
  /** Label of the checkbox. */
  readonly box: string;
  readonly work: string;
  readonly left: string;
  readonly tick: string;
  readonly done: string;
  readonly failed: string;
  readonly cookies: string;
  readonly noScript: string;
  readonly noScriptOff: string;
  readonly noScriptWait: string;
  readonly what: string;
  readonly whatText: string;
  readonly slow: string;
  readonly slowText: string;
  readonly wait: string;
  readonly waiting: string;
}

const LANGUAGES: Readonly<Record<string, GateMessages>> = Object.freeze(texts);
const FALLBACK = "en";

export const GATE_LANGUAGES: readonly string[] = Object.freeze(Object.keys(texts));

/** The texts of a language, and its tag; English where there are none. `lang` as in `de` or `de-CH`. */
export function gateMessages(lang: string): { readonly lang: string; readonly texts: GateMessages } {
  const base = baseOf(lang);
  return Object.hasOwn(LANGUAGES, base)
    ? { lang: base, texts: LANGUAGES[base]! }
    : { lang: FALLBACK, texts: LANGUAGES[FALLBACK]! };
}

/** Ranges of an Accept-Language that are looked at; browsers send a handful. */
const MOST_RANGES = 16;

/**
 * The language of these pages that a visitor likes best (RFC 9110, 12.5.4); English where none fits. Whatever a client
 * sends, what comes back is one of `GATE_LANGUAGES`.
 */
export function gateLanguage(acceptLanguage: string | undefined): string {
  if (acceptLanguage === undefined) return FALLBACK;
  // What nearly all browsers send begins with what they like best.
  const first = baseOf(acceptLanguage.slice(0, 2));
  if (Object.hasOwn(LANGUAGES, first) && /^..(?:-[A-Za-z]+)?(?:,|$)/.test(acceptLanguage)) return first;
  let best = FALLBACK;
  let most = 0;
  for (const range of acceptLanguage.slice(0, 512).split(",", MOST_RANGES)) {
    const [tag = "", weight = ""] = range.split(";");
    const base = baseOf(tag.trim());
    const q = weight.trim() === "" ? 1 : Number(/^q=([01](?:\.\d{0,3})?)$/.exec(weight.trim())?.[1] ?? 0);
    if (q <= most || !Object.hasOwn(LANGUAGES, base)) continue;
    best = base;
    most = q;
  }
  return best;
}

function baseOf(tag: string): string {
  return tag.toLowerCase().split("-", 1)[0] ?? "";
}
