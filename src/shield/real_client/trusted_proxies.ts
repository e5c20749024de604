import type { HeaderList } from "../../core/header_list.ts";
import type { ProxyHeader, TrustedProxy } from "../../core/trusted_proxy.ts";
import { CidrMap } from "../../lib/cidr_map.ts";
import { type AddressWords, formatAddress, parseCidr } from "../../lib/ip.ts";
import { readForwarded } from "./forwarded.ts";
import { walkFromRight } from "./list_walk.ts";
import { nodeAddress } from "./node_address.ts";

/** Hops that are followed; beyond it the last one stands for the client. */
const MOST_HOPS = 32;
/** Peers whose answer is remembered; a full memory begins anew. */
const MOST_PEERS = 4_096;

export type Scheme = "http" | "https";

/** Who sent a request by a trusted proxy's word; kept with its fields, which clients repeat on a connection. */
class Sender {
  readonly #by: TrustedProxies;
  readonly #peer: string;
  readonly words: AddressWords;
  /** Canonical. */
  readonly text: string;
  /** What the client speaks; null: the proxy does not say. */
  readonly scheme: Scheme | null;

  constructor(by: TrustedProxies, peer: string, words: AddressWords, text: string, scheme: Scheme | null) {
    this.#by = by;
    this.#peer = peer;
    this.words = words;
    this.text = text;
    this.scheme = scheme;
  }

  /** True where the same list would say the same of the same peer. */
  holds(by: TrustedProxies, peer: string): boolean {
    return this.#by === by && this.#peer === peer;
  }
}

/** Whose word on clients is taken. Made anew, whole, with each list. */
export class TrustedProxies {
  readonly #headers = new CidrMap<ProxyHeader>();
  /** By address as text; null: it is not trusted. */
  readonly #peers = new Map<string, ProxyHeader | null>();

  /** Of two entries for one network the later one holds. Entries that are no network are left out. */
  constructor(entries: readonly TrustedProxy[]) {
    for (const { network, header } of entries) {
      const cidr = parseCidr(network);
      if (cidr !== null) this.#headers.set(cidr, header);
    }
  }

  has(words: AddressWords): boolean {
    return this.#headers.find(words) !== undefined;
  }

  /** The header that this peer is believed for; null: it is not trusted. `text`: the same address, canonical. */
  headerOf(text: string, peer: AddressWords): ProxyHeader | null {
    // Published networks have a dozen prefix lengths, each a look-up; requests of one connection have one peer.
    const known = this.#peers.get(text);
    if (known !== undefined) return known;
    const header = this.#headers.find(peer) ?? null;
    if (this.#peers.size >= MOST_PEERS) this.#peers.clear();
    this.#peers.set(text, header);
    return header;
  }

  /** Who sent these fields by way of `peer`, whose canonical text is `peerText`; null: it is not trusted. */
  senderOf(peerText: string, peer: AddressWords, headers: HeaderList): Sender | null {
    const header = this.headerOf(peerText, peer);
    if (header === null) return null;
    const known = headers.sender;
    if (known instanceof Sender && known.holds(this, peerText)) return known;
    const client = this.clientOf(peer, header, headers);
    const text = client === peer ? peerText : formatAddress(client);
    const sender = new Sender(this, peerText, client, text, schemeOf(header, headers));
    headers.sender = sender;
    return sender;
  }

  /**
   * Who speaks through a trusted `peer`. Lists are walked from the right past trusted hops. What cannot be read, or is
   * said twice where it may be said once, ends the walk: then the last hop that is known stands for the client.
   */
  clientOf(peer: AddressWords, header: ProxyHeader, headers: HeaderList): AddressWords {
    if (header === "x-forwarded-for") return this.#walk(peer, headers, header, nodeAddress);
    if (header === "forwarded") return this.#walk(peer, headers, header, forwardedNode);
    // [SECURITY] A proxy sets such a header once: a second one is the client's own.
    if (headers.count(header) !== 1) return peer;
    return nodeAddress(headers.get(header)!) ?? peer;
  }

  #walk(
    peer: AddressWords,
    headers: HeaderList,
    header: ProxyHeader,
    read: (element: string) => AddressWords | null,
  ): AddressWords {
    let client = peer;
    let hops = 0;
    walkFromRight(headers, header, (element) => {
      const words = read(element);
      if (words === null) return false;
      client = words;
      return this.has(words) && ++hops < MOST_HOPS;
    });
    return client;
  }
}

function forwardedNode(element: string): AddressWords | null {
  const { node } = readForwarded(element);
  return node === null ? null : nodeAddress(node);
}

/** What a trusted proxy says that the client speaks; null: nothing. Of a list the nearest proxy's word, the last. */
export function schemeOf(header: ProxyHeader, headers: HeaderList): Scheme | null {
  let said: string | null = null;
  const name = header === "forwarded" ? header : "x-forwarded-proto";
  walkFromRight(headers, name, (element) => {
    said = header === "forwarded" ? readForwarded(element).proto : element;
    return false;
  });
  const scheme = (said as string | null)?.toLowerCase();
  return scheme === "http" || scheme === "https" ? scheme : null;
}
