import { addressKind } from "../../lib/address_kind.ts";
import { parseAddress } from "../../lib/ip.ts";
import { UsageError } from "../failure.ts";

/** Where a stress run goes, and in whose name. */
export interface StressTarget {
  /** An address of loopback. */
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Path and query that requests go to. */
  readonly path: string;
  /** Value of the Host field, and the name in a ClientHello. */
  readonly host: string;
  /** Address that a header of the PROXY protocol names as the client's; null: none is sent. */
  readonly client: string | null;
}

const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/i;

/**
 * Reads `--url`, `--host` and `--client`. Throws UsageError.
 *
 * [SECURITY] A load generator in everybody's hands (CWE-406): it goes to loopback and nowhere else. Names are not looked
 * up, because they lead wherever their owner likes; `localhost` is loopback by RFC 6761, 6.3.
 */
export function readTarget(url: string, host?: string, client?: string): StressTarget {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    throw new UsageError(`--url takes an address such as http://127.0.0.1:8080/, not "${url}"`);
  }
  const hostname = loopbackOf(parsed.hostname.replace(/^\[|\]$/g, ""));
  if (hostname === null) {
    throw new UsageError(
      `"${parsed.hostname}" is not loopback: aegis stress is for the instance on this machine only. ` +
        `Name that one, and the site by its name: --url http://127.0.0.1:8080 --host ${parsed.hostname}`,
    );
  }
  if (host !== undefined && !HOST_NAME.test(host)) {
    throw new UsageError(`--host takes a name such as shop.example.com, not "${host}"`);
  }
  if (client !== undefined && parseAddress(client) === null) {
    throw new UsageError(`--client takes an address such as 203.0.113.9, not "${client}"`);
  }
  const isTls = parsed.protocol === "https:";
  return {
    hostname,
    port: parsed.port === "" ? (isTls ? 443 : 80) : Number(parsed.port),
    isTls,
    path: `${parsed.pathname}${parsed.search}`,
    host: host ?? parsed.host,
    client: client ?? null,
  };
}

function loopbackOf(hostname: string): string | null {
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return "127.0.0.1";
  const words = parseAddress(hostname);
  return words !== null && addressKind(words) === "loopback" ? hostname : null;
}

/** Addresses of 127.0.0.0/8 that runs come from; 127.0.0.x stays free of what a run earns. */
const FIRST_SOURCE = 0x7f01_0000;
const SOURCES = 0x00fe_0000;

/**
 * The address of loopback that the i-th client of a run comes from, so that no run inherits what another has earned, nor
 * leaves a bad name to 127.0.0.1. `seed`: of the run. Undefined where there is no choice (IPv6, PROXY protocol).
 */
export function sourceOf({ hostname, client }: StressTarget, seed: number, i: number): string | undefined {
  if (client !== null || hostname.includes(":")) return undefined;
  const address = FIRST_SOURCE + (seed + i) % SOURCES;
  return `127.${(address >> 16) & 0xff}.${(address >> 8) & 0xff}.${address & 0xff}`;
}

/** Version 1 of the PROXY protocol (proxy-protocol.txt, 2.1): the text before the first byte of a connection. */
export function proxyHeader(client: string): string {
  const [family, own] = client.includes(":") ? ["TCP6", "::1"] : ["TCP4", "127.0.0.1"];
  return `PROXY ${family} ${client} ${own} 40000 80\r\n`;
}
