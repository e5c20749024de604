import assert from "node:assert/strict";
import { systemClock } from "../../src/core/clock.ts";
import type { Exchange } from "../../src/core/exchange.ts";
import { HeaderList } from "../../src/core/header_list.ts";
import type { ListenerHandler, Refusal } from "../../src/core/listener.ts";
import { DEFAULT_SERVER_SETTINGS, type ServerSettings } from "../../src/core/snapshot.ts";
import type { CertificateSelector } from "../../src/gateway/listener/certificates.ts";
import { type Listener, startListener } from "../../src/gateway/listener/front.ts";

/** What stands behind a listener in a test: one function per exchange, and a record of everything it was told. */
export class TestHandler implements ListenerHandler {
  readonly exchanges: Exchange[] = [];
  readonly refusals: Refusal[] = [];
  accepts = true;
  /** Addresses of those who came and went. */
  readonly entered: string[] = [];
  readonly left: string[] = [];
  readonly #answer: (exchange: Exchange) => void;

  constructor(answer: (exchange: Exchange) => void) {
    this.#answer = answer;
  }

  get connectedCount(): number {
    return this.entered.length;
  }

  get disconnectedCount(): number {
    return this.left.length;
  }

  connected(peerAddress: string): boolean {
    if (this.accepts) this.entered.push(peerAddress);
    return this.accepts;
  }

  disconnected(peerAddress: string): void {
    this.left.push(peerAddress);
  }

  exchange(exchange: Exchange): void {
    this.exchanges.push(exchange);
    this.#answer(exchange);
  }

  refused(refusal: Refusal): void {
    this.refusals.push(refusal);
  }
}

export interface RunOptions {
  readonly settings?: Partial<ServerSettings>;
  readonly certificates?: CertificateSelector | null;
  readonly plainHandler?: ListenerHandler;
  /** HTTP/2 by prior knowledge in the clear. */
  readonly h2c?: boolean;
  /** Peers whose connections must begin with a PROXY header. */
  readonly isProxy?: (peerAddress: string) => boolean;
  readonly readsJa4?: boolean;
}

/** Runs `test` against a listener on a free port and stops the listener after it. */
export async function withListener(
  handler: ListenerHandler,
  options: RunOptions,
  test: (listener: Listener) => Promise<void>,
): Promise<void> {
  const certificates = options.certificates ?? null;
  const listener = await startListener({
    name: certificates === null ? "http" : "https",
    hostname: "127.0.0.1",
    port: 0,
    tls: certificates !== null,
    settings: { ...DEFAULT_SERVER_SETTINGS, ...options.settings },
    handler,
    certificates,
    clock: systemClock,
    h2c: options.h2c ?? false,
    readsJa4: options.readsJa4 ?? false,
    ...(options.isProxy === undefined ? {} : { isProxy: options.isProxy }),
    ...(options.plainHandler === undefined ? {} : { plainHandler: options.plainHandler }),
  });
  try {
    await test(listener);
  } finally {
    await listener.destroy();
    assert.equal(listener.connections, 0);
  }
}

/** A header list of pairs, for answers. */
export function fields(...pairs: [string, string][]): HeaderList {
  return HeaderList.from(pairs);
}

/** Answers 200 with `text`. */
export function answerText(text: string): (exchange: Exchange) => void {
  const body = new TextEncoder().encode(text);
  return (exchange) => exchange.response.send(200, fields(["content-type", "text/plain"]), body);
}

/** Sends the request's body and trailers back as they come, with back-pressure both ways. */
export function echo(exchange: Exchange): void {
  const { body, response } = exchange;
  response.head(200, fields(["x-method", exchange.request.method]), body.length);
  response.onDrain = () => body.resume();
  body.start({
    data(chunk) {
      if (!response.write(chunk)) body.pause();
    },
    end: (trailers) => response.end(trailers),
    fail: (failure) => response.abort(failure.detail),
  });
}
