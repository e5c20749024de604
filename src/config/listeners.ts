import type { Config } from "./config.ts";
import { formatListen } from "./fields.ts";
import type { FileContent } from "./file_schema.ts";
import type { readStreams } from "./file_streams.ts";
import type { Overrides } from "./flags.ts";
import type { ListenAddress } from "./listen_address.ts";
import type { PlacedError } from "./schema_errors.ts";
import { isShortForm } from "./short_form.ts";
import { listenerConflict } from "./stream_ports.ts";
import { parseListen, type TrafficListener } from "./values.ts";

export type Listeners = Pick<Config, "admin_listen" | "proxy_listen" | "https_listen" | "metrics_listen">;

/** Where Aegis listens: flags, then environment, then file, then defaults. */
export function listenAddresses(overrides: Overrides, content: FileContent): Listeners {
  // One host described by blocks or --to is served on one port in the clear, as its author wrote.
  const single = overrides.to !== null || isShortForm(content);
  const ports = content.listen_ports?.map((port) => `:${port}`) ??
    (content.server?.port === undefined ? null : [`:${content.server.port}`]);
  const read = (texts: readonly string[]) =>
    texts.flatMap((text): ListenAddress[] => {
      const address = parseListen(text);
      return address === null ? [] : [{ ...address, fallback_port: fallbackPort(address.port) }];
    });
  const readBlocks = (listeners: readonly TrafficListener[]) =>
    listeners.flatMap(({ address, h2c, proxy_protocol }) =>
      read([address]).map((listen): ListenAddress => ({
        ...listen,
        ...(h2c === true ? { h2c } : {}),
        ...(proxy_protocol === undefined ? {} : { proxy_protocol }),
      }))
    );
  const flagged = overrides.proxyListen ?? (content.proxy_listen === undefined ? ports : null);
  const proxy_listen = flagged !== null
    ? read(flagged)
    : content.proxy_listen !== undefined
    ? readBlocks(content.proxy_listen)
    : read([single ? ":8080" : ":80"]);
  return {
    admin_listen: read(overrides.adminListen ?? content.admin_listen ?? ["127.0.0.1:9443"]),
    proxy_listen,
    https_listen: overrides.httpsListen === null && content.https_listen !== undefined
      ? readBlocks(content.https_listen)
      : read(overrides.httpsListen ?? (single ? [] : [":443"])),
    // Nobody chose it, and Prometheus itself listens there: any free one will do.
    metrics_listen: content.metrics_listen === undefined
      ? [{ hostname: "127.0.0.1", port: 9_090, fallback_port: 0 }]
      : read(content.metrics_listen),
  };
}

/** Streams on an address that another listener has. */
export function takenPortFaults(
  { streams, at }: ReturnType<typeof readStreams>,
  listeners: Listeners,
): PlacedError[] {
  const keys = ["proxy_listen", "https_listen", "admin_listen", "metrics_listen"] as const;
  const taken = keys.flatMap((key) => listeners[key].map(({ hostname, port }) => ({ key, hostname, port })));
  return streams.flatMap((stream, i): PlacedError[] => {
    const conflict = listenerConflict(stream, taken);
    if (conflict === null) return [];
    const path = ["streams", at[i]!, conflict.field];
    return [{ path, atKey: false, ...conflict, field: path.join(".") }];
  });
}

function fallbackPort(port: number): number | null {
  return port === 80 ? 8_080 : port === 443 ? 8_443 : null;
}

function isLoopbackName(hostname: string): boolean {
  return hostname === "::1" || hostname.startsWith("127.");
}

/** What keeps `admin_tls` from being off, or null. */
export function adminTlsFault(isOn: boolean, { admin_listen }: Listeners): PlacedError | null {
  const open = admin_listen.find((address) => !isLoopbackName(address.hostname));
  if (isOn || open === undefined) return null;
  // [SECURITY] a password sent in the clear over a network is a password given away.
  const message = `off, but admin_listen is ${formatListen(open)}`;
  const remedy = "admin_tls: off is for loopback only; leave it on or listen on 127.0.0.1";
  return { path: ["admin_tls"], atKey: false, field: "admin_tls", message, remedy };
}
