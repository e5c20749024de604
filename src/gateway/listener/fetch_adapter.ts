import { errorText } from "../../core/errors.ts";
import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { ListenerHandler, Refusal } from "../../core/listener.ts";
import type { Logger } from "../../core/ports.ts";
import { type Reason, REASONS } from "../../core/reason.ts";
import { BodyTooLarge, RequestStream } from "./request_stream.ts";

/** A web-standard server: Hono's `fetch`, for one. */
export type FetchHandler = (request: Request, info: { exchange: Exchange }) => Response | Promise<Response>;

export interface FetchAdapterOptions {
  readonly fetch: FetchHandler;
  /** A request with more body than this gets 413. */
  readonly maxBodyBytes: number;
  readonly logger: Logger;
}

/**
 * Hands each exchange of a listener to a `fetch` function and streams its Response back, both ways with back-pressure;
 * server-sent events leave as they are made. `request.signal` aborts when the client leaves.
 */
export class FetchAdapter implements ListenerHandler {
  readonly #options: FetchAdapterOptions;

  constructor(options: FetchAdapterOptions) {
    this.#options = options;
  }

  connected(): boolean {
    return true;
  }

  disconnected(): void {}

  refused(refusal: Refusal): void {
    const { connection, reason, detail, requestId } = refusal;
    this.#options.logger.info("request refused", {
      listener: connection.listener,
      client: connection.peerAddress,
      reason,
      detail,
      request_id: requestId,
    });
  }

  exchange(exchange: Exchange): void {
    this.#serve(exchange).catch((thrown: unknown) => {
      this.#options.logger.error("answer failed", { request_id: exchange.id, error: errorText(thrown) });
      if (exchange.response.started) exchange.response.abort("answer failed");
      else refuse(exchange, "internal");
    });
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { body, request: head, response } = exchange;
    if (body.length !== null && body.length > this.#options.maxBodyBytes) {
      return refuse(exchange, "body_too_large");
    }
    if (FORBIDDEN_METHODS.has(head.method)) return refuse(exchange, "method");
    const left = new AbortController();
    response.onAbort = (detail) => left.abort(new DOMException(detail, "AbortError"));
    const stream = new RequestStream(body, this.#options.maxBodyBytes);
    const request = toRequest(exchange, stream, left.signal);
    if (request === null) return refuse(exchange, "malformed");
    let answer: Response;
    try {
      answer = await this.#options.fetch(request, { exchange });
    } catch (thrown) {
      if (left.signal.aborted) return;
      if (stream.tooLarge || thrown instanceof BodyTooLarge) return refuse(exchange, "body_too_large");
      throw thrown;
    }
    if (stream.tooLarge && !left.signal.aborted) {
      await answer.body?.cancel();
      return refuse(exchange, "body_too_large");
    }
    await writeAnswer(exchange, answer, left.signal);
  }
}

/** `fetch` does not build Requests with these (Fetch standard, 2.2.1). */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** null where the target is no address that the URL standard knows. */
function toRequest(exchange: Exchange, stream: RequestStream, signal: AbortSignal): Request | null {
  const { authority, headers, method, rawPath, rawQuery, scheme } = exchange.request;
  const target = rawQuery === null ? rawPath : `${rawPath}?${rawQuery}`;
  const url = `${scheme}://${authority}${target.replace(/[\x80-\xff]/g, encodeURIComponentByte)}`;
  if (rawPath === "*" || !URL.canParse(url)) return null;
  const fields = new Headers();
  for (const [name, value] of headers.entries()) if (!HOP_BY_HOP.has(name)) fields.append(name, value);
  const hasBody = exchange.body.length !== 0 && method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers: fields, signal, body: hasBody ? stream.open() : null });
}

function encodeURIComponentByte(char: string): string {
  return "%" + char.charCodeAt(0).toString(16).toUpperCase();
}

async function writeAnswer(exchange: Exchange, answer: Response, left: AbortSignal): Promise<void> {
  const { response } = exchange;
  if (left.aborted) {
    await answer.body?.cancel();
    return;
  }
  const headers = new HeaderList();
  for (const [name, value] of answer.headers) headers.append(name, value);
  if (!headers.has("x-request-id")) headers.append("x-request-id", exchange.id);
  exchange.status = answer.status;
  if (answer.body === null) return response.send(answer.status, headers, null);
  const declared = headers.get("content-length");
  response.head(
    answer.status,
    headers,
    declared !== undefined && /^[0-9]{1,15}$/.test(declared) ? Number(declared) : null,
  );
  const reader = answer.body.getReader();
  // A source that fails while it is being cancelled has nobody left to tell.
  const stop = () => void reader.cancel(left.reason).catch(() => undefined);
  left.addEventListener("abort", stop, { once: true });
  let wake = () => {};
  response.onDrain = () => wake();
  left.addEventListener("abort", () => wake(), { once: true });
  while (true) {
    const { done, value } = await reader.read();
    if (left.aborted) return;
    if (done) break;
    if (!response.write(value)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (left.aborted) resolve();
      });
    }
    if (left.aborted) return;
  }
  left.removeEventListener("abort", stop);
  response.end(null);
}

/** The fixed answer of `reason`, JSON as everywhere. */
function refuse(exchange: Exchange, reason: Reason): void {
  const { status, publicText, closes } = REASONS[reason];
  exchange.reason = reason;
  exchange.status = status;
  const headers = HeaderList.from([["content-type", "application/json"], ["x-request-id", exchange.id]]);
  const body = new TextEncoder().encode(JSON.stringify({ error: publicText, request_id: exchange.id }));
  if (closes) exchange.response.closeAfter();
  exchange.response.send(status, headers, body);
}
