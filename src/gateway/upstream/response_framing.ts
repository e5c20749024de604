import { HeaderList } from "../../core/header_list.ts";
import { plainNumber } from "../listener/http1/plain_number.ts";
import type { ResponseHead } from "./response_head.ts";

/** How a response's body is delimited, and what may pass on to the client. */
export interface ResponseFraming {
  readonly body: "none" | "length" | "chunked" | "close";
  /** Of the body: as `ResponseWriter.head` takes it. For HEAD and 304 the length that a GET would have had. */
  readonly length: number | null;
  /** The connection may carry another request afterwards. */
  readonly keepAlive: boolean;
  /** What the target said of its patience (`Keep-Alive: timeout=`), milliseconds; Infinity where nothing. */
  readonly keepAliveMs: number;
  /** Without hop-by-hop and framing fields. */
  readonly headers: HeaderList;
}

/** Hop-by-hop (RFC 9110 §7.6.1) and framing fields: they speak of one connection and never pass. */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A target that closes idle connections after n seconds is taken to do so this much earlier. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/**
 * Decides the framing of a final response (RFC 9112 §6.3); its list loses the fields that do not pass. A string is the
 * operator's text of why it is refused.
 *
 * [SECURITY] A response with two answers to "where does it end" is refused, never repaired: whoever reads it
 * differently takes a part of the body for the next response (CWE-444).
 */
export function frameResponse(head: ResponseHead, method: string): ResponseFraming | string {
  const { status, fields, minor } = head;
  let length: number | null = null;
  let coding: string | null = null;
  let connection = "";
  let keepAliveMs = Infinity;
  let ofConnection = 0;
  for (let i = 0; i < fields.length; i++) {
    const name = fields.names[i]!;
    const value = fields.values[i]!;
    if (!CONNECTION_FIELDS.has(name)) continue;
    ofConnection++;
    if (name === "content-length") {
      if (length !== null) return "two Content-Length fields in the response";
      length = plainNumber(value);
      if (length < 0) return `Content-Length "${value.slice(0, 40)}" in the response`;
    } else if (name === "transfer-encoding") {
      if (coding !== null) return "two Transfer-Encoding fields in the response";
      coding = value.toLowerCase();
    } else if (name === "connection") {
      connection = connection === "" ? value.toLowerCase() : `${connection},${value.toLowerCase()}`;
    } else if (name === "keep-alive") {
      const seconds = /(?:^|[\s,])timeout=([0-9]{1,9})/i.exec(value)?.[1];
      if (seconds !== undefined) keepAliveMs = Math.max(0, Number(seconds) * 1_000 - KEEP_ALIVE_MARGIN_MS);
    }
  }
  const headers = fields;
  if (ofConnection > 0) headers.filter(isEndToEnd);
  let closes = false;
  let keeps = minor > 0;
  if (connection === "keep-alive") keeps = true;
  else if (connection !== "") {
    for (const part of connection.split(",")) {
      const option = part.trim();
      if (option === "close") closes = true;
      else if (option === "keep-alive") keeps = true;
      else if (option !== "") headers.delete(option);
    }
  }
  if (coding !== null) {
    if (length !== null) return "Content-Length together with Transfer-Encoding in the response";
    if (minor === 0) return "Transfer-Encoding in an HTTP/1.0 response";
    if (coding !== "chunked") return `Transfer-Encoding "${coding.slice(0, 40)}" in the response`;
  }
  const keepAlive = keeps && !closes;
  // [SECURITY] Some applications send the content that they announce with a status that has none (RFC 9110 §15.3.5); on a
  // connection that is used again it would be read as the next client's answer (CWE-444).
  const isDoubtful = coding !== null || (length ?? 0) > 0;
  if (status === 204) {
    return { body: "none", length: 0, keepAlive: keepAlive && !isDoubtful, keepAliveMs, headers };
  }
  if (method === "HEAD") return { body: "none", length, keepAlive, keepAliveMs, headers };
  // The length of a 304 is that of the content which the client has (§15.4.5), a coding announces content.
  if (status === 304) {
    return { body: "none", length, keepAlive: keepAlive && coding === null, keepAliveMs, headers };
  }
  if (coding !== null) return { body: "chunked", length: null, keepAlive, keepAliveMs, headers };
  if (length !== null) {
    return { body: length === 0 ? "none" : "length", length, keepAlive, keepAliveMs, headers };
  }
  return { body: "close", length: null, keepAlive: false, keepAliveMs, headers };
}

function isEndToEnd(name: string): boolean {
  return !CONNECTION_FIELDS.has(name);
}

/** Fields of an interim or upgrade response that pass: all but those of the connection and what it names. */
export function endToEndFields(fields: HeaderList): HeaderList {
  const headers = new HeaderList();
  for (let i = 0; i < fields.length; i++) {
    if (!CONNECTION_FIELDS.has(fields.names[i]!)) headers.appendFrom(fields, i);
  }
  for (const value of fields.all("connection")) {
    for (const option of value.split(",")) headers.delete(option.trim().toLowerCase());
  }
  return headers;
}
