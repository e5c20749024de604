import type { HeaderList } from "../../core/header_list.ts";

/**
 * How little a request looks like a browser's, by the header fields it has (spec 03, Bots). A pure function of the
 * head: what it finds are marks, one bit each, and every mark has its points.
 */

/** From so many points on a request looks automated. */
export const BOT_LINE = 4;

/** What the user agent says of itself; see `AgentBook`. */
export interface AgentTraits {
  /** A program library names itself, or nobody does. */
  readonly isLibrary: boolean;
  /** A scanner, a scraper or a browser that runs without a window names itself. */
  readonly isTool: boolean;
  /** The operator knows it: nothing speaks against it. */
  readonly isAllowed: boolean;
  /** It claims to be a browser whose order of fields is known. */
  readonly claimsOrder: boolean;
}

/** What has to be known of the way by which the head came. */
export interface HeadFacts {
  readonly headers: HeaderList;
  /** HTTP/1.0 or 1.1: there browsers say `connection`. */
  readonly isHttp1: boolean;
  /** The client's own connection is TLS: browsers send `sec-fetch-site` to nobody else. */
  readonly isTls: boolean;
  /** A WebSocket: browsers ask for one without `accept`, Chromium without `sec-fetch-site`, Safari with less still. */
  readonly isUpgrade: boolean;
  /** No proxy stands between, which might order fields anew, and which has a `connection` of its own. */
  readonly isDirect: boolean;
}

const NO_ACCEPT = 1;
const NO_LANGUAGE = 2;
const NO_ENCODING = 4;
const NO_FETCH_SITE = 8;
const NO_CONNECTION = 16;
const ORDER = 32;
const LIBRARY = 64;
const TOOL = 128;
const COMBINATIONS = 256;

export interface BotReason {
  readonly points: number;
  readonly text: string;
}

const MARKS: ReadonlyMap<number, BotReason> = new Map([
  [NO_ACCEPT, { points: 2, text: "no Accept" }],
  [NO_LANGUAGE, { points: 1, text: "no Accept-Language" }],
  [NO_ENCODING, { points: 1, text: "no Accept-Encoding" }],
  [NO_FETCH_SITE, { points: 1, text: "no Sec-Fetch-Site over TLS" }],
  [NO_CONNECTION, { points: 1, text: "no Connection in HTTP/1" }],
  [ORDER, { points: 1, text: "fields in an order that the named browser never has" }],
  [LIBRARY, { points: 3, text: "a program library as user agent, or none" }],
  [TOOL, { points: 4, text: "a known tool as user agent" }],
]);

const POINTS: Uint8Array = Uint8Array.from({ length: COMBINATIONS }, (_, marks) => {
  let points = 0;
  for (const [mark, reason] of MARKS) if ((marks & mark) !== 0) points += reason.points;
  return points;
});

/** Everything that speaks against a browser, as bits. Looks at each name once and allocates nothing. */
export function botMarks(
  { headers, isHttp1, isTls, isUpgrade, isDirect }: HeadFacts,
  agent: AgentTraits,
): number {
  if (agent.isAllowed) return 0;
  let marks = agent.isTool ? TOOL : agent.isLibrary ? LIBRARY : 0;
  if (isUpgrade) return marks;
  const { names } = headers;
  let accept = -1;
  let encoding = -1;
  let userAgent = -1;
  let missing = NO_ACCEPT | NO_LANGUAGE | NO_ENCODING;
  if (isTls) missing |= NO_FETCH_SITE;
  if (isHttp1 && isDirect) missing |= NO_CONNECTION;
  for (let i = 0; i < names.length; i++) {
    switch (names[i]) {
      case "accept":
        missing &= ~NO_ACCEPT;
        accept = i;
        break;
      case "accept-language":
        missing &= ~NO_LANGUAGE;
        break;
      case "accept-encoding":
        missing &= ~NO_ENCODING;
        encoding = i;
        break;
      case "sec-fetch-site":
        missing &= ~NO_FETCH_SITE;
        break;
      case "connection":
        missing &= ~NO_CONNECTION;
        break;
      case "user-agent":
        userAgent = i;
        break;
    }
  }
  marks |= missing;
  // Chromium's and Firefox's network layers add Accept-Encoding behind what the page set, in every kind of request.
  const isLate = encoding < 0 || (userAgent < encoding && accept < encoding);
  if (isDirect && agent.claimsOrder && !isLate) marks |= ORDER;
  return marks;
}

/** The points of what `botMarks` found. */
export function botPoints(marks: number): number {
  return POINTS[marks]!;
}

/** What `botMarks` found, for people, heaviest first. */
export function botReasons(marks: number): BotReason[] {
  const reasons: BotReason[] = [];
  for (const [mark, reason] of MARKS) if ((marks & mark) !== 0) reasons.push(reason);
  return reasons.sort((a, b) => b.points - a.points);
}
