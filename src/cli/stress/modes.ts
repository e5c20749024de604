import { FETCH, type Fields, NAVIGATION, PROGRAMS } from "./heads.ts";
import { SMUGGLING, SQLI, TRAVERSAL, XSS } from "./payloads.ts";
import type { StressTarget } from "./target.ts";

/** One request as it is sent. */
export interface StressRequest {
  readonly method: string;
  /** Head and body, one character a byte. */
  readonly text: string;
}

/** What the answers of a run must be for it to be passed. */
export type Expectation = "all pass" | "all refused" | "what is too much is refused";

/** A kind of run. */
export interface StressMode {
  readonly summary: string;
  readonly expects: Expectation;
  /** Where to look when it is not so. */
  readonly hint: string;
  /** Requests a second where none are asked for: below the limits of the presets, so that they hide nothing. 0: no pause. */
  readonly rate: number;
  /**
   * Every request on a connection and from an address of its own, so that each is judged for itself: who was refused once
   * has a bad name, and would be challenged whatever it sends.
   */
  readonly isEachAlone?: true;
  /** The i-th request; null: the mode sends none, but holds connections open by beginning to. */
  readonly requestOf: ((i: number, target: StressTarget) => StressRequest) | null;
}

const PACED = 50;

export const MODES = Object.freeze(
  {
    baseline: {
      summary: "what browsers send: nothing of it may be refused",
      expects: "all pass",
      hint:
        "see by whom; is --rate over the limit of a client, the site under attack, or is everybody challenged there?",
      rate: PACED,
      requestOf: (_, target) => get(target, target.path, NAVIGATION),
    },
    sqli: attack("SQL injection in query, form and JSON", SQLI),
    xss: attack("cross-site scripting in query, form and JSON", XSS),
    traversal: attack("paths that lead out of the site, in query, form and JSON", TRAVERSAL),
    flood: {
      summary: "one client as fast as it can: what is over its limits must be refused",
      expects: "what is too much is refused",
      hint: "send more (-n), or set a limit (l7_rate_limit)",
      rate: 0,
      requestOf: (_, target) => get(target, target.path, FETCH),
    },
    bot: {
      summary: "programs and scanners by the names they give themselves: all must be refused or challenged",
      expects: "all refused",
      hint: "is the challenge off for this site, or bots.block_known?",
      rate: PACED,
      isEachAlone: true,
      requestOf: (i, target) => get(target, target.path, PROGRAMS[i % PROGRAMS.length]!),
    },
    slowloris: {
      summary: "connections that send a byte of their head a second: all must be cut",
      expects: "all refused",
      hint: "the listener's read_timeout is longer than the run: lower it, or give --seconds",
      rate: 0,
      requestOf: null,
    },
    smuggling: {
      summary: "requests that hide another: all must be refused",
      expects: "all refused",
      hint: "whatever answers there is no Aegis, or stands before one",
      rate: PACED,
      isEachAlone: true,
      requestOf: (i, target) => smuggle(target, SMUGGLING[i % SMUGGLING.length]!),
    },
  } as const satisfies Record<string, StressMode>,
);

export type ModeName = keyof typeof MODES;

export const MODE_NAMES = Object.keys(MODES).filter(isModeName);

/** True where `text` names a mode. */
export function isModeName(text: string): text is ModeName {
  return Object.hasOwn(MODES, text);
}

function attack(summary: string, payloads: readonly string[]) {
  return {
    summary: `${summary}: all must be refused`,
    expects: "all refused",
    hint: "is the WAF of this site off, or in mode detect? The log shows what was found",
    rate: PACED,
    isEachAlone: true,
    requestOf: (i: number, target: StressTarget) =>
      carry(target, payloads[i % payloads.length]!, Math.floor(i / payloads.length) % 3),
  } as const satisfies StressMode;
}

/** A payload in the query (0), a form (1) or JSON (2). */
function carry(target: StressTarget, payload: string, place: number): StressRequest {
  if (place === 0) {
    const mark = target.path.includes("?") ? "&" : "?";
    return get(target, `${target.path}${mark}q=${encodeURIComponent(payload)}`, FETCH);
  }
  const [type, body] = place === 1
    ? ["application/x-www-form-urlencoded", `q=${encodeURIComponent(payload)}`]
    : ["application/json", JSON.stringify({ q: payload })];
  const own: Fields = [["Content-Type", type], ["Content-Length", String(body.length)]];
  return { method: "POST", text: `${head("POST", target, target.path, [...FETCH, ...own])}${body}` };
}

function get(target: StressTarget, path: string, fields: Fields): StressRequest {
  return { method: "GET", text: head("GET", target, path, fields) };
}

function smuggle(target: StressTarget, rest: string): StressRequest {
  const text = `POST ${target.path} HTTP/1.1\r\nHost: HOST\r\n${rest}`.replaceAll("HOST", target.host);
  return { method: "POST", text };
}

function head(method: string, target: StressTarget, path: string, fields: Fields): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${method} ${path} HTTP/1.1\r\nHost: ${target.host}\r\n${lines}\r\n`;
}
