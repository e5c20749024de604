import { HeaderList } from "../../core/header_list.ts";
import { bitsOf, type Level, PROOF_PARTS } from "../../shield/challenge/difficulty.ts";
import { renderChallengePage } from "../../../views/gate/challenge/challenge.ts";
import type { ErrorLook } from "../response/error_look.ts";
import { AGGRESSIVE_HEADERS } from "../response/security_headers.ts";

/** Pages kept at once. A client can ask for as many as it invents host names, so beyond it all are forgotten. */
const MOST_PAGES = 64;
/** Stand for what differs from one page to the next. Upper case: nothing that a client names is. */
const PLACES = {
  id: "REQUEST-ID-OF-THIS-PAGE",
  ticket: "TICKET-OF-THIS-PAGE",
  wait: "WAY-OF-THIS-PAGE",
} as const;
type Place = keyof typeof PLACES;
const PLACE = new RegExp(`(${Object.values(PLACES).join("|")})`);
const encoder = new TextEncoder();

/** What a page depends on. */
export interface PageKind {
  readonly lang: string;
  /** As the visitor asked for it. */
  readonly host: string;
  readonly look: ErrorLook;
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

/** What is of one page alone, in ASCII. `wait`: escaped for an attribute. */
export type PageParts = Readonly<Record<Place, string>>;

/** Seconds after which a program may ask again. */
const RETRY_AFTER = "5";

/** A page of one kind: whole, but for what is of each alone. */
export class PreparedPage {
  readonly #headers: HeaderList;
  readonly #pieces: readonly (Uint8Array | Place)[];

  constructor(headers: HeaderList, html: string) {
    this.#headers = headers;
    const names = new Map(Object.entries(PLACES).map(([name, text]) => [text as string, name as Place]));
    this.#pieces = html.split(PLACE).map((piece) => names.get(piece) ?? encoder.encode(piece));
  }

  headers(id: string): HeaderList {
    const headers = this.#headers.clone();
    headers.appendSafe("x-request-id", id);
    return headers;
  }

  body(parts: PageParts): Uint8Array {
    let bytes = 0;
    for (const piece of this.#pieces) bytes += typeof piece === "string" ? parts[piece].length : piece.length;
    const body = new Uint8Array(bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      if (typeof piece !== "string") {
        body.set(piece, at);
        at += piece.length;
        continue;
      }
      const text = parts[piece];
      for (let i = 0; i < text.length; i++) body[at++] = text.charCodeAt(i);
    }
    return body;
  }
}

/** Pages that are challenged with. A flood of those who get one costs a rendering a kind, not one a request. */
export class ChallengePages {
  /** By look: hosts have their own, and each snapshot makes them anew. */
  readonly #pages = new Map<ErrorLook, Map<string, PreparedPage>>();
  #kept = 0;

  get(kind: PageKind): PreparedPage {
    const { lang, host, level, hasCheckbox, underAttack, minutes, waitSeconds, serverHeader, hsts } = kind;
    const key = `${lang} ${level} ${hasCheckbox} ${underAttack} ${minutes} ${waitSeconds} ${host}\n` +
      `${serverHeader}\n${hsts}`;
    const known = this.#pages.get(kind.look)?.get(key);
    if (known !== undefined) return known;
    if (this.#kept >= MOST_PAGES) {
      this.#pages.clear();
      this.#kept = 0;
    }
    const page = make(kind);
    this.#pages.getOrInsertComputed(kind.look, () => new Map()).set(key, page);
    this.#kept++;
    return page;
  }
}

function make(kind: PageKind): PreparedPage {
  const { look, level, waitSeconds } = kind;
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
    requestId: PLACES.id,
    ticket: PLACES.ticket,
    bits: bitsOf(level),
    parts: PROOF_PARTS,
    look: look.gate,
    wait: waitSeconds === 0 ? null : { url: PLACES.wait, seconds: waitSeconds },
  });
  return new PreparedPage(headers, html);
}
