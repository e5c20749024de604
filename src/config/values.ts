import { z } from "zod";
import { formatAddress, parseAddress } from "../lib/ip.ts";
import type { ListenAddress } from "./listen_address.ts";
import { Cidr, complain } from "./fields.ts";

/** Values of aegis.yml, flags and environment that are written in a form of their own. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1m30s`, `500ms`, `2h` in milliseconds, or null. */
export function parseDuration(text: string): number | null {
  const compact = text.trim();
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(compact)) return null;
  let total = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * UNIT_MS[unit!]!;
  }
  return Math.round(total);
}

const DURATION_REMEDY = "write a number with its unit: 500ms, 5s, 2m, 1h";

/** A duration above zero, at most seven days, in milliseconds. */
export const Duration = z.union([z.string(), z.number()], { error: "expected a duration" })
  .check(complain((value: string | number) => {
    if (typeof value === "number") return { message: `${value} has no unit`, remedy: DURATION_REMEDY };
    const ms = parseDuration(value);
    if (ms === null) return { message: `"${value}" is no duration`, remedy: DURATION_REMEDY };
    if (ms < 1) return { message: "must be above zero", remedy: DURATION_REMEDY };
    if (ms > 7 * UNIT_MS.d!) return { message: "must be at most 7 days", remedy: DURATION_REMEDY };
    return null;
  }))
  .transform((value) => parseDuration(String(value)) ?? 0);

/**
 * `:8080`, `8080`, `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`. A port alone means every address of the machine.
 * Null where it is none of these.
 */
export function parseListen(text: string): Pick<ListenAddress, "hostname" | "port"> | null {
  const match = /^(?:(.*):)?(\d{1,5})$/.exec(text.trim());
  if (match === null) return null;
  const port = Number(match[2]);
  if (port > 65_535) return null;
  const name = match[1] ?? "";
  if (name === "" || name === "*") return { hostname: "::", port };
  if (name === "localhost") return { hostname: "127.0.0.1", port };
  const bracketed = /^\[(.*)\]$/.exec(name);
  const words = parseAddress(bracketed?.[1] ?? name);
  if (words === null || (bracketed === null && name.includes(":"))) return null;
  return { hostname: formatAddress(words), port };
}

const OFF_REMEDY = "write off alone (or an empty list) to listen nowhere, or leave it out of the list";
const LISTEN_REMEDY = "write ADDRESS:PORT such as 127.0.0.1:8080, [::1]:8080, or :8080 for every address";

/** What is wrong with one listening address, or null. */
export function listenFault(text: string): { message: string; remedy: string } | null {
  if (parseListen(text) !== null) return null;
  const port = /:(\d+)$/.exec(text)?.[1];
  if (port !== undefined && Number(port) > 65_535) {
    return { message: `port ${port} does not exist`, remedy: "ports are 1 to 65535 (0: any free one)" };
  }
  if (/^(?:off|none|false)$/i.test(text.trim())) {
    return { message: `"${text}" among addresses to listen on`, remedy: OFF_REMEDY };
  }
  return { message: `"${text}" is no address to listen on`, remedy: LISTEN_REMEDY };
}

const ListenText = z.union([z.string(), z.number().int()], { error: "expected an address to listen on" })
  .transform((value) => String(value)).pipe(z.string().check(complain(listenFault)));

const NO_LISTEN = "expected an address to listen on, a list of them, or off";

/** One address, a list of them (an empty one is none), or `off`. */
export const Listen = z.union([
  z.enum(["off"]).transform((): string[] => []),
  z.literal(false).transform((): string[] => []),
  z.array(ListenText).max(64),
  ListenText.transform((text) => [text]),
], { error: NO_LISTEN });

/** `on`, `off`, true or false: YAML 1.2 reads `off` as a text. */
export const Switch = z.union([z.boolean(), z.enum(["on", "off"])], { error: "expected on or off" })
  .transform((value) => value === true || value === "on");

/** An address that traffic comes to, alone or with what its listener is to speak. */
export interface TrafficListener {
  readonly address: string;
  /** HTTP/2 by prior knowledge is taken in the clear, beside HTTP/1.1 (RFC 9113, 3.3). */
  readonly h2c?: boolean | undefined;
  /** Networks whose connections must begin with a PROXY header. */
  readonly proxy_protocol?: readonly string[] | undefined;
}

const TrafficAddress = ListenText.transform((address): TrafficListener => ({ address }));
const Senders = z.union([z.array(Cidr).min(1).max(256), Cidr.transform((cidr) => [cidr])], {
  error: "expected the networks of the proxies in front",
}).optional();
const ClearBlock = z.strictObject({
  address: ListenText,
  h2c: Switch.optional(),
  proxy_protocol: Senders,
});
const TlsBlock = z.strictObject({ address: ListenText, proxy_protocol: Senders });

/** As `Listen`, but an entry may be a block: `{ address: ":8081", h2c: on, proxy_protocol: [10.0.0.0/8] }`. */
export const ClearListen = trafficListen(ClearBlock);
/** The same for TLS, where HTTP/2 is agreed upon in the handshake. */
export const TlsListen = trafficListen(TlsBlock);

function trafficListen(block: z.ZodType<TrafficListener>) {
  const entry = z.union([block, TrafficAddress], { error: "expected an address to listen on" });
  return z.union([
    z.enum(["off"]).transform((): TrafficListener[] => []),
    z.literal(false).transform((): TrafficListener[] => []),
    z.array(entry).max(64),
    entry.transform((one): TrafficListener[] => [one]),
  ], { error: NO_LISTEN });
}

/** Bytes as a number or `64KiB`, `10MiB`, `5GB`. */
export const Bytes = z.union([z.number(), z.string()], { error: "expected a number of bytes" })
  .check(complain((value: string | number) => {
    const bytes = parseBytes(value);
    if (bytes !== null && Number.isSafeInteger(bytes) && bytes >= 0) return null;
    return { message: `"${value}" is no size`, remedy: "write bytes as a number, or 64KiB, 10MiB, 5GB" };
  })).transform((value) => parseBytes(value) ?? 0);

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function parseBytes(value: string | number): number | null {
  if (typeof value === "number") return value;
  const match = /^(\d+)\s*([a-z]*)$/i.exec(value.trim());
  const unit = match === null ? undefined : UNIT_BYTES[match[2]!.toLowerCase()];
  return unit === undefined ? null : Number(match![1]) * unit;
}
