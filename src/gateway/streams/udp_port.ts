import { Buffer } from "node:buffer";
import { AegisError, errorText } from "../../core/errors.ts";
import type { ListenerHandler } from "../../core/listener.ts";
import type { Logger } from "../../core/ports.ts";
import { peerAddressText } from "../listener/peer_address.ts";
import { type ProxyEndpoint, readProxyHeader } from "../listener/proxy_header.ts";
import type { Resolver } from "../upstream/resolver.ts";
import { addressRefusal } from "../upstream/target_rule.ts";
import { ClientTable } from "./client_table.ts";
import { type CompiledStream, listRefusal } from "./compiled_stream.ts";
import { DatagramRoom } from "./datagram_room.ts";
import type { StreamServices } from "./stream_services.ts";
import { UdpClient } from "./udp_client.ts";
import { formatAddress, parseAddress } from "../../lib/ip.ts";

export interface UdpPortParts {
  readonly services: StreamServices;
  readonly resolver: Resolver;
  /** Bans and caps, as for connections. */
  readonly handler: ListenerHandler;
  readonly logger: Logger;
  /** `upstreams.allow_private` of the snapshot in force. */
  allowPrivate(): boolean;
}

/** Clients of one port at once: each costs a socket towards the upstream. */
export const MOST_UDP_CLIENTS = 4_096;
/** Datagrams that wait for their upstream's name to be resolved. */
const MOST_WAITING = 64;
const SWEEP_MS = 1_000;
/** Between two receives that failed (ICMP errors of earlier sends arrive so). */
const FAILED_PAUSE_MS = 10;

/**
 * One UDP port. Deno has no SO_REUSEPORT for UDP, so one gateway thread serves all of it. Each client has a socket of
 * its own towards the upstream, by whose port answers find their way back; what the upstream's address alone sends on it
 * is passed.
 */
export class UdpPort {
  stream: CompiledStream;
  readonly #parts: UdpPortParts;
  readonly #socket: Deno.DatagramConn;
  readonly #local: Deno.NetAddr;
  readonly #clients = new ClientTable<UdpClient>(MOST_UDP_CLIENTS);
  readonly #room = new DatagramRoom();
  readonly #sweep: ReturnType<typeof setInterval>;
  #waiting = 0;
  #closed = false;

  /** Throws `port_unavailable` where the port is taken or not permitted. */
  constructor(stream: CompiledStream, hostname: string, port: number, parts: UdpPortParts) {
    this.stream = stream;
    this.#parts = parts;
    try {
      this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port });
    } catch (thrown) {
      const message = `UDP ${hostname}:${port} cannot be listened on`;
      throw new AegisError("port_unavailable", message, {
        privateText: `${message}: ${errorText(thrown)}`,
        cause: thrown,
      });
    }
    this.#local = this.#socket.addr as Deno.NetAddr;
    this.#sweep = setInterval(() => this.#expire(), SWEEP_MS);
    void this.#receive();
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Gives up those who are banned by now. */
  endBanned(): void {
    for (const client of this.#clients.all()) {
      const { whiteList } = client.stream;
      if (whiteList.size === 0 && this.#parts.services.isBanned(client.client)) this.#end(client, "ban");
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#sweep);
    this.#socket.close();
    for (const client of this.#clients.all()) this.#end(client, this.#parts.services.endReason());
  }

  async #receive(): Promise<void> {
    const room = this.#room.take();
    while (!this.#closed) {
      try {
        const [bytes, from] = await this.#socket.receive(room);
        // One after the other: the room is used again, and nothing piles up.
        await this.#datagram(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), from as Deno.NetAddr);
      } catch (thrown) {
        if (this.#closed) break;
        this.#parts.logger.debug("a datagram was not received", { error: errorText(thrown) });
        await new Promise((resolve) => setTimeout(resolve, FAILED_PAUSE_MS));
      }
    }
    this.#room.give(room);
  }

  async #datagram(bytes: Buffer, from: Deno.NetAddr): Promise<void> {
    const peer = peerAddressText(from.hostname);
    let source: ProxyEndpoint = { address: peer, port: from.port };
    let payload = bytes;
    const words = this.stream.senders.size > 0 ? parseAddress(peer) : null;
    if (words !== null && this.stream.senders.find(words) !== undefined) {
      const read = readProxyHeader(bytes, "datagram");
      // [SECURITY] A listed sender must say whom it speaks for; what does not is dropped, as nobody can be answered.
      if (read.kind !== "header") return;
      source = read.header.source ?? source;
      payload = bytes.subarray(read.header.length);
    }
    const key = `${from.hostname} ${from.port} ${source.address} ${source.port}`;
    const known = this.#clients.get(key);
    if (known === undefined) return this.#newClient(key, source, from, payload);
    if (known.hasAnswer) this.#clients.confirm(known);
    this.#clients.touch(known, this.#now());
    await known.toUpstream(payload);
  }

  async #newClient(key: string, source: ProxyEndpoint, from: Deno.NetAddr, payload: Buffer): Promise<void> {
    const { stream } = this;
    if (!this.#admit(stream, source.address)) {
      return this.#parts.services.cells.add(stream.slot, "refused", 1);
    }
    const { endpoint } = stream;
    if (endpoint.isAddress) return await this.#open(key, stream, source, from, endpoint.host, payload);
    if (this.#waiting >= MOST_WAITING) return this.#giveBack(stream, source.address);
    this.#waiting++;
    const held = Buffer.from(payload);
    this.#parts.resolver.resolve(endpoint.host, (error, addresses) => {
      this.#waiting--;
      const address = addresses[0];
      // Another datagram of this client may have been first.
      if (error !== null || address === undefined || this.#closed || this.#clients.get(key) !== undefined) {
        if (error !== null) this.#parts.services.cells.add(stream.slot, "failed", 1);
        return this.#giveBack(stream, source.address);
      }
      void this.#open(key, stream, source, from, address, held);
    });
  }

  async #open(
    key: string,
    stream: CompiledStream,
    source: ProxyEndpoint,
    from: Deno.NetAddr,
    address: string,
    payload: Buffer,
  ): Promise<void> {
    const { services, logger } = this.#parts;
    const refusal = addressRefusal(address, this.#parts.allowPrivate());
    let client: UdpClient;
    try {
      if (refusal !== null) throw new AegisError("forbidden", refusal);
      client = new UdpClient({
        key,
        stream,
        source,
        destination: { address: peerAddressText(this.#local.hostname), port: this.#local.port },
        upstream: { transport: "udp", hostname: canonical(address), port: stream.endpoint.port },
        room: this.#room,
        services,
        answer: (bytes) => this.#socket.send(bytes, from),
        answered: (who) => {
          if (this.#clients.get(key) === who) this.#clients.touch(who, this.#now());
        },
      });
    } catch (thrown) {
      services.cells.add(stream.slot, "failed", 1);
      logger.warn("a stream's upstream cannot be reached", {
        stream: stream.settings.name,
        error: errorText(thrown),
      });
      return this.#giveBack(stream, source.address);
    }
    if (this.#clients.isFull) this.#evict(this.#clients.victim());
    services.cells.add(stream.slot, "total", 1);
    this.#clients.add(client);
    await client.toUpstream(payload);
  }

  /** Lists, then the caps. A client at its cap gives up its own longest silent entry. */
  #admit(stream: CompiledStream, client: string): boolean {
    const { handler, services } = this.#parts;
    if (listRefusal(stream, client) !== null) return false;
    if (!handler.connected(client, "stream")) {
      const own = this.#clients.victim(client);
      if (own === undefined) return false;
      this.#evict(own);
      if (!handler.connected(client, "stream")) return false;
    }
    if (services.cells.enter(stream.slot, stream.settings.max_connections)) return true;
    handler.disconnected(client);
    return false;
  }

  #giveBack(stream: CompiledStream, client: string): void {
    this.#parts.services.cells.leave(stream.slot);
    this.#parts.handler.disconnected(client);
  }

  #evict(client: UdpClient | undefined): void {
    if (client !== undefined) this.#end(client, "evicted");
  }

  #end(client: UdpClient, end: Parameters<UdpClient["close"]>[0]): void {
    this.#clients.delete(client);
    client.close(end);
    this.#giveBack(client.stream, client.client);
  }

  #expire(): void {
    const now = this.#now();
    for (const client of [...this.#clients.silentSince(now - this.stream.settings.timeouts.idle_ms)]) {
      this.#end(client, "idle");
    }
  }

  #now(): number {
    return this.#parts.services.clock.monotonic();
  }
}

/** As the system writes the sender of an answer: one address has many spellings, and answers are told apart by it. */
function canonical(address: string): string {
  const words = parseAddress(address);
  return words === null ? address : formatAddress(words);
}
