import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import { prepareBody, PreparedAnswer } from "../../core/prepared_answer.ts";
import { type Reason, REASONS } from "../../core/reason.ts";
import type { ErrorLook } from "./error_look.ts";
import { FrequentAnswers } from "./frequent_answers.ts";
import { ID_PLACE, RefusalPages } from "./refusal_pages.ts";
import { AGGRESSIVE_HEADERS } from "./security_headers.ts";

/** Answers kept at once. A client can ask for as many as it invents host names, so beyond it all are forgotten. */
const MOST_ANSWERS = 64;

/** What of a refusal its answer depends on, besides its host's name, its second and its language. */
export interface RefusalKind {
  readonly reason: Reason;
  readonly status: number;
  /** A page for people; else JSON for programs. */
  readonly isPage: boolean;
  readonly look: ErrorLook;
  /** Empty: none. */
  readonly serverHeader: string;
  /** Value of `strict-transport-security`; empty: none. */
  readonly hsts: string;
}

/**
 * The whole answers to refused requests. Everybody who is refused for the same reason within one second gets the same
 * bytes, but for the id: an attack costs one rendering and one serialisation a second, not one a request.
 */
export class RefusalAnswers {
  readonly pages = new RefusalPages();
  readonly frequent = new FrequentAnswers();
  readonly #answers = new Map<string, PreparedAnswer>();
  /** Whose answers these are: with another look all are made anew. */
  #look: ErrorLook | null = null;
  #second = -1;
  /** The answer given last, and to whom: a flood asks for it again. */
  #last: Given | null = null;
  #dressed: Dressed | null = null;

  get(exchange: Exchange, kind: RefusalKind): PreparedAnswer {
    const { authority, headers } = exchange.request;
    const languages = kind.isPage ? headers.get("accept-language") : "";
    const second = Math.floor(exchange.receivedAt / 1_000);
    const last = this.#last;
    if (
      last !== null && last.second === second && last.authority === authority &&
      last.languages === languages && isSame(last.kind, kind)
    ) {
      return last.answer;
    }
    const lang = kind.isPage ? kind.look.languageFor(languages) : "";
    if (second !== this.#second || kind.look !== this.#look || this.#answers.size >= MOST_ANSWERS) {
      this.#answers.clear();
      this.#second = second;
      this.#look = kind.look;
    }
    const key =
      `${kind.isPage} ${kind.reason} ${kind.status} ${lang} ${authority}\n${kind.serverHeader}\n${kind.hsts}`;
    let answer = this.#answers.get(key);
    if (answer === undefined) {
      answer = this.#make(exchange, kind);
      this.#answers.set(key, answer);
    }
    this.#last = { second, authority, languages, kind, answer };
    return answer;
  }

  /** The same answer with fields of this one refusal, in place of those of the same name. */
  withFields(answer: PreparedAnswer, own: HeaderList): PreparedAnswer {
    const last = this.#dressed;
    // Who floods is told the same number of seconds again and again.
    if (last !== null && last.of === answer && hasSameFields(last.own, own)) return last.answer;
    const headers = own.clone();
    for (let i = 0; i < answer.headers.length; i++) {
      if (!own.has(answer.headers.names[i]!)) headers.appendFrom(answer.headers, i);
    }
    const dressed = new PreparedAnswer(answer.status, headers, answer.body);
    this.#dressed = { of: answer, own, answer: dressed };
    return dressed;
  }

  #make(exchange: Exchange, kind: RefusalKind): PreparedAnswer {
    const { reason, status, isPage, look } = kind;
    const { publicText } = REASONS[reason];
    const headers = new HeaderList();
    // Safe: fixed text.
    headers.appendSafe("content-type", isPage ? "text/html; charset=utf-8" : "application/json");
    headers.appendSafe("cache-control", "no-store");
    if (kind.serverHeader !== "") headers.append("server", kind.serverHeader);
    for (const [name, value] of AGGRESSIVE_HEADERS) headers.appendSafe(name, value);
    if (kind.hsts !== "") headers.append("strict-transport-security", kind.hsts);
    if (isPage) headers.append("content-security-policy", look.policy(status));
    if (status === 503) headers.appendSafe("retry-after", "5");
    const body = isPage
      ? this.pages.get(exchange, reason, status, publicText, look)
      : prepareBody(json(publicText), [ID_PLACE]);
    return new PreparedAnswer(status, headers, body);
  }
}

function json(publicText: string): string {
  return `{"error":"${publicText}","request_id":"${ID_PLACE}"}`;
}

interface Given {
  readonly second: number;
  readonly authority: string;
  readonly languages: string | undefined;
  readonly kind: RefusalKind;
  readonly answer: PreparedAnswer;
}

interface Dressed {
  readonly of: PreparedAnswer;
  readonly own: HeaderList;
  readonly answer: PreparedAnswer;
}

function hasSameFields(a: HeaderList, b: HeaderList): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a.names[i] !== b.names[i] || a.values[i] !== b.values[i]) return false;
  }
  return true;
}

function isSame(a: RefusalKind, b: RefusalKind): boolean {
  return a.reason === b.reason && a.status === b.status && a.isPage === b.isPage && a.look === b.look &&
    a.serverHeader === b.serverHeader && a.hsts === b.hsts;
}
