import { Buffer } from "node:buffer";
import type { Exchange } from "../core/exchange.ts";
import type { HeaderList } from "../core/header_list.ts";
import { DIGEST_BODY_BYTES, type RequestDigest } from "../core/request_digest.ts";
import { type DigestNeeds, SESSION_COOKIES } from "../waf/correlation/needs.ts";
import { readCookies } from "../waf/body/urlencoded.ts";

const LONGEST_PATH = 1_024;
const LONGEST_QUERY = 512;
const LONGEST_AGENT = 256;
const LONGEST_TYPE = 128;
const LONGEST_VALUE = 256;
const MOST_FOUND = 16;
const RESPONSE_HEADER = "response.header.";
const HEADER = "header.";
const COOKIE = "cookie.";

/** What is noted of one request for the correlated rules of its host while it runs; nothing that none of them asks for. */
export class WatchedRequest {
  readonly #needs: DigestNeeds;
  wantsAnswerBody = false;
  #contentType = "";
  #answerNamed = "";
  #answerBody = "";

  constructor(needs: DigestNeeds) {
    this.#needs = needs;
  }

  /** The head of the target's answer, as it goes on to the client. */
  answered(headers: HeaderList): void {
    this.#contentType = (headers.get("content-type") ?? "").slice(0, LONGEST_TYPE);
    for (const name of this.#needs.response) {
      const value = headers.get(name.slice(RESPONSE_HEADER.length));
      if (value !== undefined) this.#answerNamed += line(name, value);
    }
    this.wantsAnswerBody = this.#needs.responseBody && !headers.has("content-encoding");
  }

  /** Takes the answer's body as it passes, until it has enough. Call it only where `wantsAnswerBody`. */
  answerData(chunk: Uint8Array): void {
    const room = DIGEST_BODY_BYTES - this.#answerBody.length;
    this.#answerBody += byteText(chunk, room);
    this.wantsAnswerBody = chunk.length < room;
  }

  /** Once the exchange is over. `body`: the beginning of the request's, where they are wanted. */
  digest(
    exchange: Exchange,
    body: Uint8Array | null,
    figures: { readonly at: number; readonly latencyMs: number; readonly requestBytes: number },
    client: Pick<RequestDigest, "marked" | "isGoodBot">,
  ): RequestDigest {
    const { request, response } = exchange;
    return {
      id: exchange.id,
      at: figures.at,
      // Of no host: none of its rules may count it.
      hostId: this.#needs.counts ? exchange.hostId : "",
      client: exchange.client,
      method: request.method.slice(0, 32),
      path: exchange.path.slice(0, LONGEST_PATH),
      query: request.rawQuery === null ? "" : request.rawQuery.slice(0, LONGEST_QUERY),
      userAgent: (request.headers.get("user-agent") ?? "").slice(0, LONGEST_AGENT),
      status: exchange.status,
      size: response.bodyBytes,
      contentType: this.#contentType,
      latencyMs: figures.latencyMs,
      requestBytes: figures.requestBytes,
      marked: client.marked,
      isGoodBot: client.isGoodBot,
      body: body === null ? "" : byteText(body, DIGEST_BODY_BYTES),
      responseBody: this.#answerBody,
      fingerprint: fingerprintOf(exchange),
      named: this.#needs.request.length === 0
        ? this.#answerNamed
        : requestNamed(this.#needs.request, request.headers) + this.#answerNamed,
      found: exchange.findings.length === 0 ? "" : foundText(exchange.findings),
    };
  }
}

/** Of the TLS client and of how its HTTP/2 begins; empty in the clear over HTTP/1.1, where nothing tells clients apart. */
function fingerprintOf({ connection, fingerprint }: Exchange): string {
  const { ja4 } = connection;
  if (ja4 === undefined || ja4 === "") return fingerprint;
  return fingerprint === "" ? ja4 : `${ja4} ${fingerprint}`;
}

function requestNamed(names: readonly string[], headers: HeaderList): string {
  let text = "";
  let cookies: Map<string, string> | null = null;
  for (const name of names) {
    let value: string | undefined;
    if (name.startsWith(HEADER)) value = headers.get(name.slice(HEADER.length));
    else {
      cookies ??= cookiesIn(headers);
      value = name === "session"
        ? SESSION_COOKIES.map((each) => cookies!.get(each)).find((each) => each !== undefined)
        : cookies.get(name.slice(COOKIE.length));
    }
    if (value !== undefined && value !== "") text += line(name, value);
  }
  return text;
}

function cookiesIn(headers: HeaderList): Map<string, string> {
  const cookies = new Map<string, string>();
  readCookies(headers.get("cookie") ?? "", {
    value(kind, name, value) {
      if (kind === "cookie" && !cookies.has(name)) cookies.set(name, value);
    },
    undecoded: () => undefined,
    anomaly: () => undefined,
  });
  return cookies;
}

/** [SECURITY] Values end at a line end, whatever let it in: nobody writes a name of their own into the digest. */
function line(name: string, value: string): string {
  const end = value.indexOf("\n");
  return `${name}\t${value.slice(0, end < 0 ? LONGEST_VALUE : Math.min(end, LONGEST_VALUE))}\n`;
}

function foundText(findings: Exchange["findings"]): string {
  let text = "";
  for (let i = 0; i < Math.min(findings.length, MOST_FOUND); i++) {
    text += `${findings[i]!.ruleId}\t${findings[i]!.family}\n`;
  }
  return text;
}

function byteText(bytes: Uint8Array, most: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, most)).toString("latin1");
}
