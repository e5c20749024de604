import { isRouted } from "../../core/stream.ts";
import type { CertificateSelector } from "../listener/certificates.ts";
import type { ClientHello } from "../listener/client_hello.ts";
import type { ConnectionRouter, Route } from "../listener/connection_router.ts";
import { type CompiledStream, listRefusal } from "./compiled_stream.ts";
import type { StreamServices } from "./stream_services.ts";
import { TcpRelay } from "./tcp_relay.ts";

interface Candidate {
  readonly stream: CompiledStream;
  readonly route: Route;
}

/**
 * Which stream of a port gets a connection. The exact name goes before the wildcard, that before none; of equals the one
 * that asks for a protocol goes first. A stream without names and protocols takes what is left.
 */
export class StreamRouter implements ConnectionRouter {
  readonly readsHello: boolean;
  /** By name as configured; under "" those that ask for a protocol alone. */
  readonly #byName = new Map<string, Candidate[]>();
  readonly #rest: Candidate | null;

  /** `certificatesOf`: those that a stream ends TLS with. */
  constructor(
    streams: readonly CompiledStream[],
    services: StreamServices,
    certificatesOf: (stream: CompiledStream) => CertificateSelector,
  ) {
    let rest: Candidate | null = null;
    for (const stream of streams) {
      const candidate = { stream, route: routeOf(stream, services, certificatesOf) };
      if (!isRouted(stream.settings)) rest = candidate;
      else for (const name of namesOf(stream)) this.#add(name, candidate);
    }
    this.#rest = rest;
    this.readsHello = this.#byName.size > 0 || rest?.route.tls !== null;
  }

  route(hello: ClientHello | null): Route | null {
    const found = hello === null ? null : this.#find(hello);
    if (found !== null) return found.route;
    const rest = this.#rest?.route ?? null;
    // In the clear nobody gets to what TLS is to protect.
    return hello === null && rest?.tls ? null : rest;
  }

  #find(hello: ClientHello): Candidate | null {
    const name = hello.serverName;
    const dot = name.indexOf(".");
    for (const key of dot > 0 ? [name, `*${name.slice(dot)}`, ""] : [name, ""]) {
      const found = this.#byName.get(key)?.find(({ stream: { settings: { alpn } } }) =>
        alpn.length === 0 || hello.alpn.some((protocol) => alpn.includes(protocol))
      );
      if (found !== undefined) return found;
    }
    return null;
  }

  #add(name: string, candidate: Candidate): void {
    const list = this.#byName.get(name) ?? [];
    if (candidate.stream.settings.alpn.length > 0) list.unshift(candidate);
    else list.push(candidate);
    this.#byName.set(name, list);
  }
}

function namesOf({ settings: { server_names } }: CompiledStream): readonly string[] {
  return server_names.length === 0 ? [""] : server_names;
}

function routeOf(
  stream: CompiledStream,
  services: StreamServices,
  certificatesOf: (stream: CompiledStream) => CertificateSelector,
): Route {
  const { settings, slot } = stream;
  const { cells, clock, ids, log } = services;
  const refused = (
    client: string,
    serverName: string,
    end: Parameters<typeof log.add>[0]["end"],
    detail = "",
  ) => {
    if (!settings.log) return;
    const at = clock.now();
    const nothing = { durationMs: 0, uploadBytes: 0, downloadBytes: 0 };
    log.add({
      id: ids.next(at),
      at,
      streamId: settings.id,
      transport: "tcp",
      client,
      serverName,
      ...nothing,
      end,
      detail,
    });
  };
  return {
    tls: settings.tls === "terminate" ? { certificates: certificatesOf(stream), alpn: settings.alpn } : null,
    admit(client, serverName) {
      // [SECURITY] Beside hosts a banned client was let in to read why; of a stream it gets nothing.
      const isBanned = stream.whiteList.size === 0 && services.isBanned(client);
      const end = listRefusal(stream, client) ?? (isBanned ? "ban" : null) ??
        (cells.enter(slot, settings.max_connections) ? null : "max_connections");
      cells.add(slot, end === null ? "total" : "refused", 1);
      if (end !== null) refused(client, serverName, end);
      return end === null;
    },
    codec: (context, serverName) => new TcpRelay(context, stream, services, serverName),
    failed(client, serverName, detail) {
      cells.leave(slot);
      refused(client, serverName, "tls", detail);
    },
  };
}
