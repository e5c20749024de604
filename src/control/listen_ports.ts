import { createServer } from "node:net";
import type { Config } from "../config/config.ts";
import type { ListenAddress } from "../config/listen_address.ts";
import { AegisError } from "../core/errors.ts";

/** Opens and closes a port alone, as no other program could while it is taken. Null where it works, else the code. */
export type TryPort = (hostname: string, port: number) => Promise<string | null>;

export interface ChosenPorts {
  readonly config: Config;
  /** One line for each port that another one stands in for. */
  readonly notices: readonly string[];
}

/**
 * Settles the ports before any is opened. Gateways share theirs by SO_REUSEPORT, which would silently share it with
 * another program of this user too: so each is tried alone first. Where a privilege is missing the fallback is taken.
 * Throws `port_unavailable` with what to do.
 */
export async function choosePorts(config: Config, tryPort: TryPort = bindAlone): Promise<ChosenPorts> {
  const notices: string[] = [];
  const chosen = async (listens: readonly ListenAddress[], key: string) => {
    const settled: ListenAddress[] = [];
    for (const listen of listens) settled.push(await choose(listen, key, tryPort, notices));
    return settled;
  };
  const proxy_listen = await chosen(config.proxy_listen, "proxy_listen");
  const https_listen = await chosen(config.https_listen, "https_listen");
  const admin_listen = await chosen(config.admin_listen, "admin_listen");
  const metrics_listen = await chosen(config.metrics_listen, "metrics_listen");
  return { config: { ...config, proxy_listen, https_listen, admin_listen, metrics_listen }, notices };
}

/**
 * The same for a configuration that was read again, while the gateways serve by `current`. Ports of theirs are left: only
 * they could be found in use there.
 */
export async function chooseNewPorts(
  next: Config,
  current: Config,
  tryPort: TryPort = bindAlone,
): Promise<ChosenPorts> {
  const held = new Set([...current.proxy_listen, ...current.https_listen].map(({ port }) => port));
  const notices: string[] = [];
  const chosen = async (key: "proxy_listen" | "https_listen") => {
    const settled: ListenAddress[] = [];
    for (const listen of next[key]) {
      // What stands in for an address since an earlier reload goes on doing so.
      const kept = current[key].find(({ settled_from: from }) =>
        from?.hostname === listen.hostname && from.port === listen.port
      );
      if (kept !== undefined) settled.push(standIn(listen, kept));
      else settled.push(held.has(listen.port) ? listen : await choose(listen, key, tryPort, notices));
    }
    return settled;
  };
  const proxy_listen = await chosen("proxy_listen");
  return { config: { ...next, proxy_listen, https_listen: await chosen("https_listen") }, notices };
}

async function choose(
  listen: ListenAddress,
  key: string,
  tryPort: TryPort,
  notices: string[],
): Promise<ListenAddress> {
  const { hostname, port, fallback_port } = listen;
  if (port === 0) return listen;
  const failure = await tryPort(hostname, port);
  if (failure === null) return listen;
  if (hostname === "::" && (failure === "EAFNOSUPPORT" || failure === "EADDRNOTAVAIL")) {
    // A machine without IPv6: every address of it is every IPv4 address.
    return standIn(listen, await choose({ ...listen, hostname: "0.0.0.0" }, key, tryPort, notices));
  }
  if (failure === "EADDRINUSE" && fallback_port === 0) {
    notices.push(`port ${port} is in use: another one is taken, as nobody asked for it. To choose: ${key}`);
    return standIn(listen, { hostname, port: 0, fallback_port: null });
  }
  if (failure === "EACCES" && fallback_port !== null) {
    const instead = await choose(
      { hostname, port: fallback_port, fallback_port: null },
      key,
      tryPort,
      notices,
    );
    notices.push(
      `port ${port} needs a privilege: ${fallback_port} is used instead. To have ${port}: ${PRIVILEGE}`,
    );
    return standIn(listen, instead);
  }
  throw new AegisError("port_unavailable", `${place(hostname, port)} ${remedyOf(failure, key)}`);
}

/** `settled` with what it stands in for, so that a reload that asks for the same keeps it. */
export function standIn(asked: ListenAddress, settled: ListenAddress): ListenAddress {
  const { hostname, port } = asked.settled_from ?? asked;
  const { fallback_port } = settled;
  return {
    ...asked,
    hostname: settled.hostname,
    port: settled.port,
    fallback_port,
    settled_from: { hostname, port },
  };
}

const PRIVILEGE =
  "setcap cap_net_bind_service=+ep on the program, or sysctl net.ipv4.ip_unprivileged_port_start=80";

function remedyOf(failure: string, key: string): string {
  switch (failure) {
    case "EADDRINUSE":
      return `is in use: stop the other program, or name another port with ${key}`;
    case "EACCES":
      return `needs a privilege: ${PRIVILEGE}, or name a port over 1023 with ${key}`;
    case "EADDRNOTAVAIL":
      return `is no address of this machine: name one of its own with ${key}`;
    default:
      return `cannot be listened on (${failure}): name another address with ${key}`;
  }
}

function place(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** The system's code where the port cannot be had alone, else null. */
export function bindAlone(hostname: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    server.listen({ host: hostname, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
