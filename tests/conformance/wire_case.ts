import type { Reason } from "../../src/core/reason.ts";

/**
 * Requests that parsers read differently, or that nobody should read at all, each with its one fixed fate. Bytes are
 * byte strings: one char a byte.
 */
export interface WireCase {
  readonly name: string;
  readonly bytes: string;
  /** What reaches the handler whole, in order: `METHOD target body`. */
  readonly served: readonly string[];
  /** Why the rest is refused; null where all was served. */
  readonly refused: Reason | null;
  /**
   * How Node's parser differs, where it does: `laxer` serves what we refuse, `stricter` refuses what we serve, or drops
   * the answer to it because of what follows. Nothing may be served by both and differ.
   */
  readonly node: "same" | "laxer" | "stricter";
}

type Difference = WireCase["node"];

export const HOST = "Host: a.test\r\n";
export const NEXT = "GET /next HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

export function refused(name: string, bytes: string, reason: Reason, node: Difference = "same"): WireCase {
  return { name, bytes, served: [], refused: reason, node };
}

export function served(
  name: string,
  bytes: string,
  requests: readonly string[],
  node: Difference = "same",
): WireCase {
  return { name, bytes, served: requests, refused: null, node };
}

/** A request line under test, with all else in order. */
export function line(text: string): string {
  return `${text}\r\n${HOST}Connection: close\r\n\r\n`;
}

/** One field under test in a GET, then a request that must not be reached where it is refused. */
export function field(text: string): string {
  return `GET / HTTP/1.1\r\n${HOST}${text}\r\n\r\n${NEXT}`;
}

/** A Host under test. */
export function host(text: string): string {
  return `GET / HTTP/1.1\r\n${text}Connection: close\r\n\r\n`;
}

/** Framing fields under test in a POST, then its body as both framings would end it. */
export function framing(fields: string, body = "3\r\nabc\r\n0\r\n\r\n"): string {
  return `POST / HTTP/1.1\r\n${HOST}${fields}\r\n\r\n${body}${NEXT}`;
}

/** A chunked body under test. */
export function chunks(body: string): string {
  return `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}${NEXT}`;
}

export const NEXT_SERVED = "GET /next ";
export const ABC_AND_NEXT = ["POST / abc", NEXT_SERVED];
export const FIRST_AND_NEXT = ["GET / ", NEXT_SERVED];
