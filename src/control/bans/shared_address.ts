import { addressKind } from "../../lib/address_kind.ts";
import type { MainClientWindow } from "../../lib/main_client.ts";
import { parseAddress } from "../../lib/ip.ts";

const SHARE = 0.9;
/** Fewer requests in a window say nothing. */
const LEAST_REQUESTS = 100;

/** Why no automatic ban is made, for people and programs. */
export interface SharedAddressState {
  readonly client: string;
  /** Of all requests of the last window that had enough of them, 0 to 1. */
  readonly share: number;
}

/**
 * Watches whether nearly all requests come from one private address: then Aegis sees the address of what stands before
 * it (docker-proxy, rootless networking, a tunnel), and a ban would shut everybody out (spec 06, Service).
 */
export class SharedAddress {
  readonly #windows = new Map<number, MainClientWindow>();
  #state: SharedAddressState | null = null;

  /** The last window of one gateway. Quiet ones are not reported, and say nothing. */
  report(gateway: number, window: MainClientWindow): void {
    this.#windows.set(gateway, window);
    this.#judge();
  }

  /** null: clients are told apart, or too few requests came to say. */
  get state(): SharedAddressState | null {
    return this.#state;
  }

  #judge(): void {
    const windows = [...this.#windows.values()];
    const total = windows.reduce((sum, each) => sum + each.total, 0);
    if (total < LEAST_REQUESTS) return;
    const byClient = Map.groupBy(windows, (each) => each.client);
    let main = { client: "", requests: 0 };
    for (const [client, of] of byClient) {
      const requests = of.reduce((sum, each) => sum + each.requests, 0);
      if (requests > main.requests) main = { client, requests };
    }
    const share = main.requests / total;
    this.#state = share > SHARE && isInside(main.client) ? { client: main.client, share } : null;
  }
}

/** Of this machine or its own networks: never a client of the Internet. */
function isInside(client: string): boolean {
  const words = parseAddress(client);
  if (words === null) return false;
  const kind = addressKind(words);
  return kind === "private" || kind === "loopback" || kind === "link-local";
}

/** What is wrong where one inner address stands for everybody, and how it is put right. */
export function sharedText({ client, share }: SharedAddressState): string {
  return `${Math.floor(share * 100)} % of requests come from ${client}, an address of an inner network: ` +
    "a proxy, a container network or a tunnel stands before Aegis, and clients cannot be told apart. " +
    "Until it passes their addresses on (PROXY protocol, host networking or an entry as trusted proxy) " +
    "no automatic ban is made.";
}
