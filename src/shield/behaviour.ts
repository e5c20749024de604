import { clientText } from "../lib/client_words.ts";
import { keepNewest } from "../lib/keep_newest.ts";
import { mix32 } from "../lib/mix32.ts";

/** What a minute of one client's requests looks like, as far as it speaks against a person (spec 03, Anomalies). */
export interface Visit {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly path: string;
  /** 0: the client left before it was answered. */
  readonly status: number;
  readonly contentType: string;
  /** A search engine's crawler, as its addresses confirm: it goes through sites by trade. */
  readonly isGoodBot: boolean;
}

/** A client whose minute showed signs. */
export interface Conspicuous {
  readonly client: string;
  readonly signs: readonly Sign[];
}

/** Signs of a program that goes through a site. One of them alone may be anybody. */
export type Sign = "errors" | "breadth" | "bare" | "regular";

const MINUTE_MS = 60_000;
/** [SECURITY] Clients in their running minute; about 400 bytes each. The one that began first leaves first. */
const MOST_CLIENTS = 20_000;
/** Different paths answered with an error from which on they are no broken links, and no visitor's at all. */
const MANY_ERRORS = 20;
const COUNTLESS_ERRORS = 100;
/** Different pages that nobody reads in a minute; with hardly an image among them. */
const MANY_PAGES = 50;
const BARE_PAGES = 30;
const MOST_ASSETS = 0.05;
/** Steps from page to page from which on their rhythm tells something, and how even a clock's is. */
const MANY_STEPS = 30;
const EVEN = 0.15;
const SKETCH_WORDS = 16;
const SKETCH_BITS = SKETCH_WORDS * 32;

const ASSET =
  /\.(?:css|m?js|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|mp4|webm|mp3|wasm|json|txt|xml)$/;
/** What asks for what is not there gets. 401, 408 and 429 happen to everybody. */
const ERRORS: ReadonlySet<number> = new Set([400, 403, 404, 405, 410, 414]);

interface Minute {
  /** Who began it; of an IPv6 network whoever was first. */
  readonly client: string;
  /** Of its first request. */
  readonly at: number;
  isGoodBot: boolean;
  visits: number;
  pages: number;
  assets: number;
  errors: number;
  readonly pagePaths: Int32Array;
  readonly errorPaths: Int32Array;
  lastPath: string;
  lastAt: number;
  steps: number;
  meanMs: number;
  /** Sum of squares about the mean (Welford). */
  squares: number;
}

/**
 * Looks at the requests of each client minute by minute. It never reads single requests as good or bad: only their
 * number, spread and rhythm, and only where that is far from what a person or an application does.
 */
export class Behaviour {
  /** By client (IPv6: its /64), in the order in which their minutes began. */
  readonly #minutes = new Map<string, Minute>();

  get clients(): number {
    return this.#minutes.size;
  }

  note(client: string, visit: Visit): void {
    const key = clientText(client);
    let minute = this.#minutes.get(key);
    if (minute === undefined) {
      minute = newMinute(client, visit.at);
      this.#minutes.set(key, minute);
      keepNewest(this.#minutes, MOST_CLIENTS);
    }
    add(minute, visit);
  }

  /** Ends the minutes that are over at `now`, and tells of the clients whose showed at least two signs. */
  judge(now: number): Conspicuous[] {
    const found: Conspicuous[] = [];
    for (const [key, minute] of this.#minutes) {
      if (minute.at > now - MINUTE_MS) break;
      this.#minutes.delete(key);
      const signs = signsOf(minute);
      if (signs.length >= 2 && !minute.isGoodBot) found.push({ client: minute.client, signs });
    }
    return found;
  }

  clear(): void {
    this.#minutes.clear();
  }
}

function newMinute(client: string, at: number): Minute {
  return {
    client,
    at,
    isGoodBot: false,
    visits: 0,
    pages: 0,
    assets: 0,
    errors: 0,
    pagePaths: new Int32Array(SKETCH_WORDS),
    errorPaths: new Int32Array(SKETCH_WORDS),
    lastPath: "",
    lastAt: at,
    steps: 0,
    meanMs: 0,
    squares: 0,
  };
}

function add(minute: Minute, { at, path, status, contentType, isGoodBot }: Visit): void {
  // The first requests of a crawler come before its addresses are looked at.
  minute.isGoodBot = isGoodBot;
  if (ASSET.test(path)) {
    minute.assets++;
    return;
  }
  minute.visits++;
  const isError = ERRORS.has(status);
  const isPage = status >= 200 && status < 400 && contentType.startsWith("text/html");
  if (isError) {
    minute.errors++;
    mark(minute.errorPaths, path);
  } else if (isPage) {
    minute.pages++;
    mark(minute.pagePaths, path);
  } else return;
  // Who asks for the same again polls, as pages do by themselves: no step.
  if (path !== minute.lastPath && minute.lastPath !== "") step(minute, at - minute.lastAt);
  minute.lastPath = path;
  minute.lastAt = at;
}

function step(minute: Minute, gapMs: number): void {
  minute.steps++;
  const off = gapMs - minute.meanMs;
  minute.meanMs += off / minute.steps;
  minute.squares += off * (gapMs - minute.meanMs);
}

function signsOf(minute: Minute): Sign[] {
  const signs: Sign[] = [];
  const errors = countOf(minute.errorPaths);
  const pages = countOf(minute.pagePaths);
  if (errors >= MANY_ERRORS && minute.errors * 2 >= minute.visits) signs.push("errors");
  // So many different paths that are not there nobody follows links to.
  if (errors >= COUNTLESS_ERRORS) signs.push("breadth");
  else if (pages >= MANY_PAGES && pages >= minute.pages * 0.9) signs.push("breadth");
  if (pages >= BARE_PAGES && minute.assets <= pages * MOST_ASSETS) signs.push("bare");
  if (minute.steps >= MANY_STEPS && minute.meanMs > 0) {
    const deviation = Math.sqrt(Math.max(0, minute.squares / minute.steps));
    if (deviation <= minute.meanMs * EVEN) signs.push("regular");
  }
  return signs;
}

/** Different paths, by one bit each (linear counting): good enough from tens to some hundreds. */
function mark(sketch: Int32Array, path: string): void {
  let hash = 0;
  for (let i = 0; i < path.length; i++) hash = mix32(hash ^ path.charCodeAt(i));
  const bit = hash & (SKETCH_BITS - 1);
  sketch[bit >>> 5]! |= 1 << (bit & 31);
}

function countOf(sketch: Int32Array): number {
  let set = 0;
  for (const word of sketch) for (let left = word; left !== 0; left &= left - 1) set++;
  if (set === SKETCH_BITS) return Infinity;
  return Math.round(-SKETCH_BITS * Math.log(1 - set / SKETCH_BITS));
}
