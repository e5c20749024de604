import { join } from "node:path";
import { createAdminApp } from "./admin/app.tsx";
import { createApi } from "./api/app.ts";
import { type ControlSocket, openControlSocket } from "./api/control_socket.ts";
import type { Config } from "./config/config.ts";
import type { ListenAddress } from "./config/listen_address.ts";
import { adminNames, adminUrl } from "./control/admin_address.ts";
import type { Control } from "./control/control.ts";
import { standIn } from "./control/listen_ports.ts";
import { metricsSource } from "./control/metrics_source.ts";
import { type Perform, perform } from "./control/perform.ts";
import type { RunningFacts } from "./control/running_facts.ts";
import { BUILD_INFO } from "./core/build_info.ts";
import type { Clock } from "./core/clock.ts";
import type { Logger } from "./core/ports.ts";
import { type CertificatePair, DEFAULT_SERVER_SETTINGS } from "./core/snapshot.ts";
import { CertificateSelector } from "./gateway/listener/certificates.ts";
import { FetchAdapter } from "./gateway/listener/fetch_adapter.ts";
import { type Listener, startListener } from "./gateway/listener/front.ts";
import { RedirectHandler } from "./gateway/listener/redirect_handler.ts";
import type { SharedState } from "./gateway/shared_state.ts";
import { METRICS_CONTENT_TYPE, renderMetrics } from "./telemetry/metrics.ts";

export interface FacesParts {
  readonly control: Control;
  readonly config: Config;
  readonly shared: SharedState;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly facts: RunningFacts;
}

/** What people and programs reach control by: administration, REST, the terminal's socket, metrics. */
export interface Faces {
  /** The configuration with the ports that were given where any free one was asked for. */
  readonly config: Config;
  /** Takes another certificate into use for the administration. */
  renewCertificate(pair: CertificatePair): void;
  close(): Promise<void>;
}

/** Of any request; pages and routes have narrower bounds. The longest is an import of 4 MiB, percent-encoded in a form. */
const MAX_BODY_BYTES = 13 * 1_048_576;
const ADMIN_SETTINGS = Object.freeze({ ...DEFAULT_SERVER_SETTINGS, max_connections: 1_024 });
const DRAIN_MS = 1_000;

/** Opens them all, or throws `port_unavailable` or `conflict`; then nothing is left open. */
export async function openFaces(parts: FacesParts): Promise<Faces> {
  const { control, config, logger, facts } = parts;
  const first = control.adminCertificate();
  const certificates = config.admin_tls ? new CertificateSelector([], first) : null;
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    for (const each of opened.reverse()) await each.close();
  };
  try {
    const admin_listen: ListenAddress[] = [];
    for (const listen of config.admin_listen) {
      const listener = await openAdmin(parts, listen, certificates);
      opened.push({ close: () => listener.drain(DRAIN_MS) });
      admin_listen.push(standIn(listen, { ...listen, port: listener.port }));
    }
    const metrics_listen: ListenAddress[] = [];
    for (const listen of config.metrics_listen) {
      const server = openMetrics(parts, listen);
      opened.push({ close: () => server.shutdown() });
      metrics_listen.push(standIn(listen, { ...listen, port: server.addr.port }));
    }
    const socket: ControlSocket = await openControlSocket({
      perform: (actor, name, input) => perform(control, actor, name, input),
      live: control.live,
      logger,
      path: join(config.data_dir, "aegis.sock"),
    });
    opened.push(socket);
    facts.opened({ admin_listen, metrics_listen });
    return {
      config: { ...config, admin_listen, metrics_listen },
      renewCertificate: (pair) => certificates?.replace([], pair),
      close: closeAll,
    };
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}

function openAdmin(
  parts: FacesParts,
  listen: ListenAddress,
  certificates: CertificateSelector | null,
): Promise<Listener> {
  const { control, config, clock, logger } = parts;
  const shared = {
    perform: ((actor, name, input) => perform(control, actor, name, input)) as Perform,
    live: control.live,
    clock,
    logger,
    version: BUILD_INFO.version,
    secure: config.admin_tls,
    hostNames: adminNames(config),
  };
  const api = createApi({ ...shared, isReady: () => control.publisher.version > 0 });
  const admin = createAdminApp({ ...shared, publicName: "localhost" });
  const handler = new FetchAdapter({
    fetch: (request, { exchange }) => {
      const { pathname } = new URL(request.url);
      const env = { peerAddress: exchange.connection.peerAddress };
      return isApi(pathname) ? api.fetch(request, env) : admin.fetch(request, env);
    },
    maxBodyBytes: MAX_BODY_BYTES,
    logger,
  });
  return startListener({
    name: "admin",
    hostname: listen.hostname,
    port: listen.port,
    tls: config.admin_tls,
    settings: ADMIN_SETTINGS,
    handler,
    certificates,
    clock,
    logger,
    ...(config.admin_tls ? { plainHandler: new RedirectHandler(adminUrl(config)) } : {}),
  });
}

function isApi(path: string): boolean {
  return path.startsWith("/api/") || path === "/healthz" || path === "/readyz";
}

/** Prometheus and the two probes, in the clear, meant for loopback. */
function openMetrics(parts: FacesParts, listen: ListenAddress): Deno.HttpServer<Deno.NetAddr> {
  const source = metricsSource(parts);
  const { hostname, port } = listen;
  return Deno.serve({ hostname, port, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/metrics") {
      return new Response(renderMetrics(source), { headers: { "content-type": METRICS_CONTENT_TYPE } });
    }
    if (pathname === "/healthz") return new Response("ok\n");
    if (pathname !== "/readyz") return new Response("not found\n", { status: 404 });
    return parts.control.publisher.version > 0
      ? new Response("ready\n")
      : new Response("not ready\n", { status: 503 });
  });
}
