import type { BodySource } from "../../src/core/body.ts";
import type { Tunnel } from "../../src/core/exchange.ts";
import { HeaderList } from "../../src/core/header_list.ts";
import { DEFAULT_TIMEOUTS, type HostTimeouts } from "../../src/core/host_timeouts.ts";
import type { Target } from "../../src/core/target.ts";
import type {
  Transport,
  UpstreamCall,
  UpstreamFailure,
  UpstreamRequest,
  UpstreamSink,
} from "../../src/core/ports.ts";

export function testTarget(url: string, rest: Partial<Target> = {}): Target {
  return {
    id: "t1",
    url,
    weight: 1,
    backup: false,
    role: "primary",
    verify_tls: true,
    protocol: "http1",
    ...rest,
  };
}

export function testRequest(
  url: string,
  rest: Partial<Omit<UpstreamRequest, "headers" | "timeouts">> & {
    headers?: [string, string][];
    timeouts?: Partial<HostTimeouts>;
  } = {},
): UpstreamRequest {
  return {
    target: testTarget(url),
    method: "GET",
    path: "/",
    body: null,
    upgrade: null,
    ...rest,
    headers: HeaderList.from(rest.headers ?? [["host", "app.test"]]),
    timeouts: { ...DEFAULT_TIMEOUTS, ...rest.timeouts },
  };
}

/** Everything that came of one call, and promises for its turns. */
export class RecordingSink implements UpstreamSink {
  readonly interim: number[] = [];
  status = 0;
  headers = new HeaderList();
  length: number | null = null;
  bytes = 0;
  trailers: HeaderList | null = null;
  failure: UpstreamFailure | null = null;
  tunnel: Tunnel | null = null;
  /** How often one of `end`, `upgraded` and `failed` came. */
  endings = 0;
  /** Hears of every chunk, before it is kept. */
  onData: ((chunk: Uint8Array) => void) | null = null;
  keep = true;
  readonly #chunks: Uint8Array[] = [];
  readonly #head = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();

  /** Resolves with the response head, or the failure before it. */
  get headed(): Promise<void> {
    return this.#head.promise;
  }

  /** Resolves with the last of the calls. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get text(): string {
    let text = "";
    for (const chunk of this.#chunks) text += new TextDecoder("latin1").decode(chunk);
    return text;
  }

  informational(status: number): void {
    this.interim.push(status);
  }

  head(status: number, headers: HeaderList, length: number | null): void {
    this.status = status;
    this.headers = headers;
    this.length = length;
    this.#head.resolve();
  }

  data(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.onData?.(chunk);
    if (this.keep) this.#chunks.push(new Uint8Array(chunk));
  }

  end(trailers: HeaderList | null): void {
    this.trailers = trailers;
    this.#ending();
  }

  upgraded(status: number, headers: HeaderList, tunnel: Tunnel): void {
    this.head(status, headers, null);
    this.tunnel = tunnel;
    this.#ending();
  }

  failed(failure: UpstreamFailure): void {
    this.failure = failure;
    this.#head.resolve();
    this.#ending();
  }

  #ending(): void {
    this.endings++;
    this.#over.resolve();
  }
}

/** Sends and waits for the end of it. */
export async function exchangeWith(transport: Transport, request: UpstreamRequest): Promise<RecordingSink> {
  const sink = new RecordingSink();
  transport.send(request, sink);
  await sink.over;
  return sink;
}

/** Sends without waiting. */
export function startExchange(
  transport: Transport,
  request: UpstreamRequest,
): { call: UpstreamCall; sink: RecordingSink } {
  const sink = new RecordingSink();
  return { call: transport.send(request, sink), sink };
}

/** A body made chunk by chunk as fast as it is taken, without ever existing as a whole. */
export class GeneratedBody implements BodySource {
  readonly length: number | null;
  /** Bytes given out so far. */
  given = 0;
  pauses = 0;
  readonly #total: number;
  readonly #chunk: Uint8Array;
  #paused = false;
  #flowing = false;
  #sink: Parameters<BodySource["start"]>[0] | null = null;

  constructor(total: number, options: { declared: boolean; chunkBytes?: number }) {
    this.#total = total;
    this.length = options.declared ? total : null;
    this.#chunk = new Uint8Array(options.chunkBytes ?? 65_536).fill(0x61);
  }

  start(sink: Parameters<BodySource["start"]>[0]): void {
    this.#sink = sink;
    this.#flow();
  }

  pause(): void {
    this.pauses++;
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#flow();
  }

  #flow(): void {
    if (this.#flowing) return;
    this.#flowing = true;
    while (!this.#paused && this.given < this.#total) {
      const size = Math.min(this.#chunk.length, this.#total - this.given);
      this.given += size;
      this.#sink!.data(this.#chunk.subarray(0, size));
    }
    this.#flowing = false;
    if (this.#paused || this.given < this.#total || this.#sink === null) return;
    const sink = this.#sink;
    this.#sink = null;
    sink.end(null);
  }
}
