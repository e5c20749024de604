import { HeaderList } from "../../core/header_list.ts";
import { prepareBody, PreparedAnswer } from "../../core/prepared_answer.ts";
import { bitsOf, type Level, PROOF_PARTS } from "../../shield/challenge/difficulty.ts";
import { renderChallengePage } from "../../../views/gate/challenge/challenge.ts";
import type { ErrorLook } from "../response/error_look.ts";
import { AGGRESSIVE_HEADERS } from "../response/security_headers.ts";

/** Pages kept at once. A client can ask for as many as it invents host names, so beyond it all are forgotten. */
const MOST_PAGES = 64;
/**
 * Stand for what is of each page alone, in the order of its parts: the request's id, the ticket, and the way of browsers
 * without scripts, escaped for an attribute. Upper case: nothing that a client names is.
 */
const MARKS = ["REQUEST-ID-OF-THIS-PAGE", "TICKET-OF-THIS-PAGE", "WAY-OF-THIS-PAGE"] as const;
const [ID, TICKET, WAY] = MARKS;

/** What a page depends on. */
export interface PageKind {
  /** The visitor's Accept-Language. */
  readonly languages: string | undefined;
  /** As the visitor asked for it. */
  readonly host: string;
  readonly look: ErrorLook;
  readonly status: number;
  readonly level: Level;
  readonly hasCheckbox: boolean;
  readonly underAttack: boolean;
  readonly minutes: number;
  /** Seconds after which a browser without scripts may go on; 0: it may not. */
  readonly waitSeconds: number;
  /** Empty: none. */
  readonly serverHeader: string;
  /** Value of `strict-transport-security`; empty: none. */
  readonly hsts: string;
}

/** Seconds after which a program may ask again. */
const RETRY_AFTER = "5";

/** Pages that are challenged with. A flood of those who get one costs a rendering a kind, not one a request. */
export class ChallengePages {
  /** By look: hosts have their own, and each snapshot makes them anew. */
  readonly #pages = new Map<ErrorLook, Map<string, PreparedAnswer>>();
  #kept = 0;
  /** The page given last: a flood asks for it again. */
  #last: { readonly kind: PageKind; readonly page: PreparedAnswer } | null = null;

  get(kind: PageKind): PreparedAnswer {
    const last = this.#last;
    if (last !== null && isSame(last.kind, kind)) return last.page;
    const lang = kind.look.languageFor(kind.languages);
    const key = keyOf(kind, lang);
    let page = this.#pages.get(kind.look)?.get(key);
    if (page === undefined) {
      if (this.#kept >= MOST_PAGES) {
        this.#pages.clear();
        this.#kept = 0;
      }
      page = make(kind, lang);
      this.#pages.getOrInsertComputed(kind.look, () => new Map()).set(key, page);
      this.#kept++;
    }
    this.#last = { kind, page };
    return page;
  }
}

/** All but the look. */
function keyOf(kind: PageKind, lang: string): string {
  const { host, status, level, hasCheckbox, underAttack, minutes, waitSeconds, serverHeader, hsts } = kind;
  return `${status} ${lang} ${level} ${hasCheckbox} ${underAttack} ${minutes} ${waitSeconds} ${host}\n` +
    `${serverHeader}\n${hsts}`;
}

function isSame(a: PageKind, b: PageKind): boolean {
  return a.languages === b.languages && a.host === b.host && a.status === b.status && a.look === b.look &&
    a.level === b.level && a.hasCheckbox === b.hasCheckbox && a.underAttack === b.underAttack &&
    a.minutes === b.minutes && a.waitSeconds === b.waitSeconds && a.serverHeader === b.serverHeader &&
    a.hsts === b.hsts;
}

function make(kind: PageKind, lang: string): PreparedAnswer {
  const { look, level, status, waitSeconds } = kind;
  const headers = new HeaderList();
  // Safe: fixed text.
  headers.appendSafe("content-type", "text/html; charset=utf-8");
  headers.appendSafe("cache-control", "no-store");
  headers.appendSafe("retry-after", RETRY_AFTER);
  if (kind.serverHeader !== "") headers.append("server", kind.serverHeader);
  for (const [name, value] of AGGRESSIVE_HEADERS) headers.appendSafe(name, value);
  if (kind.hsts !== "") headers.append("strict-transport-security", kind.hsts);
  headers.append("content-security-policy", look.challengePolicy);
  const html = renderChallengePage({
    ...kind,
    lang,
    requestId: ID,
    ticket: TICKET,
    bits: bitsOf(level),
    parts: PROOF_PARTS,
    look: look.gate,
    wait: waitSeconds === 0 ? null : { url: WAY, seconds: waitSeconds },
  });
  return new PreparedAnswer(status, headers, prepareBody(html, MARKS));
}
