import type { Clock } from "../../core/clock.ts";
import { errorText } from "../../core/errors.ts";
import type { ListenerHandler } from "../../core/listener.ts";
import type { Logger } from "../../core/ports.ts";
import type { ServerSettings, Snapshot } from "../../core/snapshot.ts";
import { carries, ON_HTTPS } from "../../core/stream.ts";
import { DeadlineSweep } from "../../lib/deadline_sweep.ts";
import { parseAddress } from "../../lib/ip.ts";
import { UlidGenerator } from "../../lib/ulid.ts";
import { CertificateSelector } from "../listener/certificates.ts";
import type { ConnectionRouter } from "../listener/connection_router.ts";
import { type Listener, startListener } from "../listener/front.ts";
import type { StreamCells } from "../shared_streams.ts";
import { Dialer } from "../upstream/dialer.ts";
import { type Lookup, Resolver, systemLookup } from "../upstream/resolver.ts";
import type { CompiledStream } from "./compiled_stream.ts";
import type { StreamLogBatcher } from "./stream_log.ts";
import { StreamRouter } from "./stream_router.ts";
import { UdpPort } from "./udp_port.ts";
import type { StreamServices } from "./stream_services.ts";

export interface StreamGateParts {
  readonly cells: StreamCells;
  readonly log: StreamLogBatcher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Stage 01 for its ports. */
  readonly handler: ListenerHandler;
  /** This thread serves UDP: one of them does. */
  readonly servesUdp: boolean;
  isBanned(client: string): boolean;
  /** For tests; the system's own where not given. */
  readonly lookup?: Lookup;
}

interface Port {
  readonly listener: Listener;
  streams: readonly CompiledStream[];
  router: ConnectionRouter;
}

/** The streams of one gateway thread: opens and closes their ports with each snapshot, and routes what comes to them. */
export class StreamGate {
  readonly #parts: StreamGateParts;
  readonly #services: StreamServices;
  readonly #dialer: Dialer;
  readonly #resolver: Resolver;
  readonly #ports = new Map<string, Port>();
  readonly #udpPorts = new Map<string, UdpPort>();
  /** Closed, with connections that still run. */
  readonly #closing = new Set<Promise<void>>();
  #certificates: CertificateSelector | null = null;
  readonly #own = new Map<string, CertificateSelector>();
  #httpsRouter: ConnectionRouter | null = null;
  #stopping = false;

  constructor(parts: StreamGateParts) {
    this.#parts = parts;
    const { clock, cells, log } = parts;
    this.#resolver = new Resolver(clock, parts.lookup ?? systemLookup);
    this.#dialer = new Dialer(this.#resolver, new DeadlineSweep(clock));
    this.#services = {
      clock,
      cells,
      log,
      dialer: this.#dialer,
      ids: new UlidGenerator(),
      isBanned: (client) => parts.isBanned(client),
      endReason: () => this.#stopping ? "stop" : "changed",
    };
  }

  /** For the HTTPS listeners: the streams that stand beside the hosts, or null where none does. */
  get httpsRouter(): ConnectionRouter | null {
    return this.#httpsRouter;
  }

  /**
   * Takes compiled streams into use: what is open and still wanted goes on without a pause. Returns why a port could not
   * be opened, by stream id; all others serve.
   */
  async apply(
    streams: readonly CompiledStream[],
    snapshot: Pick<Snapshot, "certificates" | "settings">,
    certificates: CertificateSelector,
  ): Promise<Record<string, string>> {
    this.#certificates = certificates;
    this.#own.clear();
    this.#dialer.allowPrivate = snapshot.settings.upstreams.allow_private;
    const tcp = streams.filter(({ settings }) => carries(settings, "tcp"));
    const beside = tcp.filter(({ settings }) => settings.listen === ON_HTTPS);
    this.#httpsRouter = beside.length === 0 ? null : this.#router(beside, snapshot);
    const wanted = Map.groupBy(
      tcp.filter(({ settings }) => settings.listen !== ON_HTTPS),
      ({ settings }) => settings.listen,
    );
    for (const [listen, port] of [...this.#ports]) if (!wanted.has(listen)) this.#close(listen, port);
    const failures: Record<string, string> = {};
    for (const [listen, own] of wanted) {
      const router = this.#router(own, snapshot);
      const port = this.#ports.get(listen);
      if (port !== undefined) {
        port.streams = own;
        port.router = router;
        port.listener.updateSettings(snapshot.settings.server);
        continue;
      }
      try {
        this.#ports.set(listen, await this.#open(listen, own, router, snapshot.settings.server));
      } catch (thrown) {
        this.#parts.logger.error("a stream's port cannot be opened", { listen, error: errorText(thrown) });
        for (const { settings } of own) failures[settings.id] = errorText(thrown);
      }
    }
    this.#applyUdp(streams, failures);
    return failures;
  }

  /** Breaks off what runs for clients that are banned by now; what stands beside hosts is their listeners'. */
  endBanned(): void {
    for (const { listener } of this.#ports.values()) listener.endBanned(() => null);
    for (const port of this.#udpPorts.values()) port.endBanned();
  }

  /** Stops accepting; resolves when the running connections are over or `deadlineMs` has passed. */
  async drain(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#ports.values()].map(({ listener }) => listener.drain(deadlineMs)));
    await Promise.all(this.#closing);
    for (const port of this.#udpPorts.values()) port.close();
    this.#udpPorts.clear();
    this.#ports.clear();
    this.#dialer.close();
    this.#parts.log.flush();
  }

  #applyUdp(streams: readonly CompiledStream[], failures: Record<string, string>): void {
    if (!this.#parts.servesUdp) return;
    const wanted = new Map(
      streams.filter(({ settings }) => carries(settings, "udp")).map((
        stream,
      ) => [stream.settings.listen, stream]),
    );
    for (const [listen, port] of [...this.#udpPorts]) {
      const stream = wanted.get(listen);
      // Another stream on the same port is another service: nobody is passed from the one to the other.
      if (stream?.settings.id === port.stream.settings.id) continue;
      port.close();
      this.#udpPorts.delete(listen);
    }
    const { handler, logger } = this.#parts;
    for (const [listen, stream] of wanted) {
      const known = this.#udpPorts.get(listen);
      if (known !== undefined) {
        known.stream = stream;
        continue;
      }
      const { hostname, port } = placeOf(listen);
      try {
        const opened = new UdpPort(stream, hostname, port, {
          services: this.#services,
          resolver: this.#resolver,
          handler,
          logger,
          allowPrivate: () => this.#dialer.allowPrivate,
        });
        this.#udpPorts.set(listen, opened);
      } catch (thrown) {
        logger.error("a stream's port cannot be opened", { listen, error: errorText(thrown) });
        failures[stream.settings.id] = errorText(thrown);
      }
    }
  }

  async #open(
    listen: string,
    streams: readonly CompiledStream[],
    router: ConnectionRouter,
    settings: ServerSettings,
  ): Promise<Port> {
    const { clock, logger, handler } = this.#parts;
    const listener = await startListener({
      name: "stream",
      ...placeOf(listen),
      tls: false,
      settings,
      handler,
      certificates: null,
      clock,
      logger,
      reusePort: true,
      router: () => port.router,
      isProxy: (peer) => isSender(port.streams, peer),
    });
    const port: Port = { listener, streams, router };
    return port;
  }

  #close(listen: string, { listener }: Port): void {
    this.#ports.delete(listen);
    const closing = listener.drain(CHANGED_DRAIN_MS).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #router(streams: readonly CompiledStream[], snapshot: Pick<Snapshot, "certificates">): ConnectionRouter {
    return new StreamRouter(streams, this.#services, ({ settings: { certificate } }) => {
      if (certificate === "") return this.#certificates!;
      const known = this.#own.get(certificate);
      if (known !== undefined) return known;
      // That there is one was seen to when the streams were compiled.
      const pair = snapshot.certificates.find(({ id }) => id === certificate)!;
      const selector = new CertificateSelector([], pair);
      this.#own.set(certificate, selector);
      return selector;
    });
  }
}

/** Of an address as `formatListen` writes it. */
function placeOf(listen: string): { hostname: string; port: number } {
  const colon = listen.lastIndexOf(":");
  return {
    hostname: listen.slice(0, colon).replace(/^\[|\]$/g, ""),
    port: Number(listen.slice(colon + 1)),
  };
}

/** What runs on a port that is closed for good gets this long to end by itself. */
const CHANGED_DRAIN_MS = 10_000;

function isSender(streams: readonly CompiledStream[], peer: string): boolean {
  const words = streams.some(({ senders }) => senders.size > 0) ? parseAddress(peer) : null;
  return words !== null && streams.some(({ senders }) => senders.find(words) !== undefined);
}
