import type { Config } from "../../config/config.ts";
import { errorText } from "../../core/errors.ts";
import { CDN_NAMES, type CdnName, type DiscoveryKind, type TrustedProxy } from "../../core/trusted_proxy.ts";
import { type AddressWords, parseCidr } from "../../lib/ip.ts";
import { CDNS, parseNetworks } from "../../shield/real_client/cdn_networks.ts";
import { TrustedProxies } from "../../shield/real_client/trusted_proxies.ts";
import type { CdnNetworkTable } from "../../store/cdn_networks.ts";
import type { Settings } from "../settings/settings_in_force.ts";
import { foundIn, includedIn } from "./found_addresses.ts";

/** Nothing wider is trusted without a person who says so; prefixes as `Cidr` counts them. */
const WIDEST_IPV4 = 96 + 16;
const WIDEST_IPV6 = 32;
/** Of one file; what stands behind them is said to be too much. */
const MOST_FOUND = 1_000;
const LARGEST_FILE = 4_194_304;
/** That one names, and those that these name. */
const MOST_INCLUDED = 32;

/** Why an entry is trusted. */
export type ProxyOrigin = "environment" | "file" | "settings" | CdnName | DiscoveryKind;

export interface SourcedProxy extends TrustedProxy {
  readonly origin: ProxyOrigin;
  /** File and line where it was found; empty for others. */
  readonly place: string;
}

/** How it stands with a file that proxies are looked for in. */
export interface DiscoveryState {
  readonly kind: DiscoveryKind;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly read_at: number;
  readonly found: number;
  /** null: it was read. A file that is not there is none. */
  readonly problem: string | null;
}

export interface ProxyBookParts {
  config(): Pick<Config, "trusted_proxies" | "declared" | "proxy_discovery">;
  settings(): Pick<Settings, "proxies">;
  readonly cdnNetworks: CdnNetworkTable;
  now(): number;
  /** Throws where it cannot be read. */
  readFile(path: string): string;
}

/** Whose word on clients is taken, and who else may deserve it (spec 03, "Real client address"). */
export class ProxyBook {
  readonly #parts: ProxyBookParts;
  #inForce = new TrustedProxies([]);
  #found: readonly SourcedProxy[] = [];
  #states: readonly DiscoveryState[] = [];

  constructor(parts: ProxyBookParts) {
    this.#parts = parts;
  }

  /** The list for gateways; from now on it is what `isTrusted` answers by. */
  publish(): TrustedProxy[] {
    const list = this.trusted().map(({ network, header }) => ({ network, header }));
    this.#inForce = new TrustedProxies(list);
    return list;
  }

  isTrusted(address: AddressWords): boolean {
    return this.#inForce.has(address);
  }

  /** In the order of their word: of two entries for one network the later one holds. */
  trusted(): SourcedProxy[] {
    const { auto_trust } = this.#parts.settings().proxies;
    return [...(auto_trust ? this.#found.filter(mayBeTaken) : []), ...this.#named()];
  }

  /** Found in other programs' lists, and not trusted. */
  proposed(): SourcedProxy[] {
    const known = new Set(this.trusted().map(({ network }) => network));
    return this.#found.filter(({ network }) => !known.has(network));
  }

  get sources(): readonly DiscoveryState[] {
    return this.#states;
  }

  /** Reads the files again. True: something else stands in them than before. A file that fails keeps what it said. */
  reload(): boolean {
    const before = JSON.stringify(this.#found);
    const read = this.#parts.config().proxy_discovery.map(({ kind, path }) => this.#read(kind, path));
    this.#found = read.flatMap(({ found }) => found);
    this.#states = read.map(({ state }) => state);
    return JSON.stringify(this.#found) !== before;
  }

  #named(): SourcedProxy[] {
    const { trusted_proxies, declared } = this.#parts.config();
    const { trusted, cdn } = this.#parts.settings().proxies;
    const origin = declared.proxies?.trusted === undefined ? "settings" : "file";
    return [
      ...CDN_NAMES.filter((name) => cdn.includes(name)).flatMap((name) => this.#ofCdn(name)),
      ...trusted_proxies.map((entry): SourcedProxy => ({ ...entry, origin: "environment", place: "" })),
      ...trusted.map((entry): SourcedProxy => ({ ...entry, origin, place: "" })),
    ];
  }

  #ofCdn(name: CdnName): SourcedProxy[] {
    const networks = this.#parts.cdnNetworks.get(name)?.networks ?? parseNetworks(CDNS[name].file);
    return networks.map((network) => ({ network, header: CDNS[name].header, origin: name, place: "" }));
  }

  /** A file with those that it includes. One of these that fails keeps what it said, and is a problem of the file. */
  #readAll(kind: DiscoveryKind, path: string): { all: SourcedProxy[]; problems: string[] } {
    const all: SourcedProxy[] = [];
    const problems: string[] = [];
    // By path, with the place that names each; it grows while it is gone through.
    const files = new Map([[path, ""]]);
    for (const [file, at] of files) {
      try {
        const text = this.#parts.readFile(file);
        if (text.length > LARGEST_FILE) throw new Error(`longer than ${LARGEST_FILE} bytes`);
        for (const { network, line } of foundIn(kind, text)) {
          all.push({ network, header: "x-forwarded-for", origin: kind, place: `${file}:${line}` });
        }
        for (const { path: included, line } of includedIn(kind, text)) {
          if (files.size <= MOST_INCLUDED && !files.has(included)) files.set(included, `${file}:${line}`);
        }
      } catch (thrown) {
        if (file === path) throw thrown;
        problems.push(includeProblem(file, at, thrown));
        all.push(...this.#found.filter(({ place }) => place.startsWith(`${file}:`)));
      }
    }
    return { all, problems };
  }

  #read(kind: DiscoveryKind, path: string): { found: readonly SourcedProxy[]; state: DiscoveryState } {
    const read_at = this.#parts.now();
    try {
      const { all, problems } = this.#readAll(kind, path);
      const found = all.slice(0, MOST_FOUND);
      if (all.length > MOST_FOUND) problems.push(`only the first ${MOST_FOUND} of ${all.length} are shown`);
      const problem = problems.length === 0 ? null : problems.join("; ");
      return { found, state: { kind, path, read_at, found: found.length, problem } };
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound) {
        return { found: [], state: { kind, path, read_at, found: 0, problem: null } };
      }
      const found = this.#found.filter(({ place }) => place.startsWith(`${path}:`));
      return { found, state: { kind, path, read_at, found: found.length, problem: errorText(thrown) } };
    }
  }
}

function includeProblem(path: string, place: string, thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotFound) return `${path}, included at ${place}, is not there`;
  // Control reads the folder of the file that the configuration names, and nothing else of the machine.
  const remedy = thrown instanceof Deno.errors.NotCapable
    ? `it lies in another folder: add { kind: csf, path: ${path} } to proxies.discover`
    : errorText(thrown);
  return `${path}, included at ${place}, was not read: ${remedy}`;
}

function mayBeTaken({ network }: SourcedProxy): boolean {
  const cidr = parseCidr(network);
  return cidr !== null && cidr.prefix >= (network.includes(":") ? WIDEST_IPV6 : WIDEST_IPV4);
}
