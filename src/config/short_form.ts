import type { Host } from "../core/host.ts";
import { contains, parseAddress, parseCidr } from "../lib/ip.ts";
import type { PresetSettings } from "./presets.ts";
import { fileHost } from "./file_hosts.ts";
import type { FileContent } from "./file_schema.ts";
import { HostInput } from "./host_schema.ts";
import type { PlacedError } from "./schema_errors.ts";

/** The one host of `--to`, or of the short form: it answers for every name. */
export function onlyHost(
  targets: readonly { readonly url: string; readonly weight?: number }[],
  defaults: PresetSettings["host"],
  now: number,
  more: Partial<
    Pick<HostInput, "max_body_bytes" | "health" | "timeouts" | "rate_limit" | "adaptive" | "circuit_breaker">
  > = {},
): Host {
  const fields = HostInput.parse({
    domains: ["only.host.invalid"],
    targets: targets.map(({ url, weight }) => ({ url, weight: weight ?? 1 })),
    max_body_bytes: defaults.max_body_bytes,
    security_headers: defaults.security_headers,
    waf: { mode: defaults.waf_mode },
    // No certificate covers every name.
    certificate: "none",
    ...more,
  });
  return fileHost({ ...fields, domains: ["*"] }, now);
}

/** True where the file describes one host by blocks instead of listing `hosts`. */
export function isShortForm(file: FileContent): boolean {
  return file.backends !== undefined || file.upstream_addr !== undefined;
}

/** The host of the short form with its defaults of spec 06, and what does not fit together. */
export function shortFormHost(
  file: FileContent,
  defaults: PresetSettings["host"],
  now: number,
): { host: Host; errors: PlacedError[] } {
  const errors = conflicts(file);
  for (const [index, backend] of (file.backends ?? []).entries()) {
    if (file.development?.allow_loopback_backends === true || !isLoopback(backend.url)) continue;
    errors.push(fault(
      ["backends", index, "url"],
      `${backend.url} is on loopback`,
      "write development: { allow_loopback_backends: true } when that is meant",
    ));
  }
  const targets = file.backends ?? [{ url: file.upstream_addr! }];
  const health = file.health_check;
  const host = onlyHost(targets, defaults, now, {
    ...trafficBlocks(file),
    max_body_bytes: file.server?.max_body_bytes ?? (defaults.max_body_bytes || 10_485_760),
    ...(file.backends === undefined && health === undefined ? {} : {
      health: {
        path: health?.path ?? "/health",
        interval_ms: health?.interval ?? 10_000,
        timeout_ms: health?.timeout ?? 3_000,
        unhealthy_threshold: health?.unhealthy_threshold ?? 3,
        healthy_threshold: health?.healthy_threshold ?? 2,
      },
    }),
  });
  const write_ms = file.server?.write_timeout ?? SHORT_FORM_WRITE_MS;
  return { host: { ...host, timeouts: { ...host.timeouts, write_ms } }, errors };
}

/** `server.write_timeout` where a short form leaves it out. */
export const SHORT_FORM_WRITE_MS = 10_000;

/** The blocks on how much traffic there may be, in the host's own terms; absent keys get the host's defaults. */
function trafficBlocks(file: FileContent): Pick<HostInput, "rate_limit" | "adaptive" | "circuit_breaker"> {
  const { rate_limit: rate, adaptive = {}, circuit_breaker: breaker = {} } = file;
  const { evaluation_interval, ...adapting } = adaptive;
  const { open_timeout, ...breaking } = breaker;
  return {
    // Idle buckets leave by themselves, after the same time for every host: `cleanup_interval` has nothing to say here.
    rate_limit: rate === undefined
      ? null
      : { requests_per_second: rate.requests_per_second, burst: rate.burst },
    adaptive: { ...adapting, evaluation_interval_ms: evaluation_interval },
    circuit_breaker: { ...breaking, open_timeout_ms: open_timeout },
  };
}

/** Keys that only the short form has, in a file that is none, and the other way round. */
export function conflicts(file: FileContent): PlacedError[] {
  const errors: PlacedError[] = [];
  if (isShortForm(file)) {
    if (file.hosts !== undefined) {
      const key = file.backends === undefined ? "upstream_addr" : "backends";
      errors.push(
        fault([key], "describes the one host, but hosts lists some", "move it into hosts as targets"),
      );
    }
    if (file.backends !== undefined && file.upstream_addr !== undefined) {
      errors.push(fault(["upstream_addr"], "backends names the targets already", "keep one of the two"));
    }
  } else {
    if (file.health_check !== undefined) {
      errors.push(fault(["health_check"], "belongs to backends", "write it as health in each host"));
    }
    for (const key of ["rate_limit", "adaptive", "circuit_breaker"] as const) {
      if (file[key] === undefined) continue;
      errors.push(fault([key], "belongs to backends", "write it in each host"));
    }
    if (file.server?.max_body_bytes !== undefined) {
      errors.push(fault(["server", "max_body_bytes"], "belongs to backends", "write it in each host"));
    }
  }
  const ports = [
    file.proxy_listen && ["proxy_listen"],
    file.listen_ports && ["listen_ports"],
    file.server?.port && ["server", "port"],
  ].filter((each) => Array.isArray(each));
  for (const path of ports.slice(1)) {
    errors.push(fault(path, `${ports[0]!.join(".")} names the port already`, "keep one of the two"));
  }
  if (file.logging !== undefined && file.log !== undefined) {
    errors.push(fault(["logging"], "log says the same", "keep one of the two"));
  }
  return errors;
}

function fault(
  path: readonly string[] | readonly PropertyKey[],
  message: string,
  remedy: string,
): PlacedError {
  return { path, atKey: false, field: path.join("."), message, remedy };
}

const LOOPBACK = ["127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"].map((text) => parseCidr(text)!);

function isLoopback(url: string): boolean {
  if (url.startsWith("unix:")) return false;
  const name = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  const words = parseAddress(name);
  if (words === null) return name === "localhost" || name.endsWith(".localhost");
  return LOOPBACK.some((cidr) => contains(cidr, words));
}
