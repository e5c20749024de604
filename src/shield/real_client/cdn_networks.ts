import cloudflare from "../../../rules/data/cdn_cloudflare.txt" with { type: "text" };
import cloudfront from "../../../rules/data/cdn_cloudfront.txt" with { type: "text" };
import fastly from "../../../rules/data/cdn_fastly.txt" with { type: "text" };
import type { CdnName, ProxyHeader } from "../../core/trusted_proxy.ts";
import { formatCidr, parseCidr } from "../../lib/ip.ts";

/** What is known of one network of content delivery. */
export interface Cdn {
  readonly title: string;
  /** The one header it is believed for. */
  readonly header: ProxyHeader;
  /** Where its networks are published, and in which form. */
  readonly sources: readonly string[];
  /** As they were when this program was made; see the date in the file. */
  readonly file: string;
}

export const CDNS: Readonly<Record<CdnName, Cdn>> = Object.freeze({
  cloudflare: {
    title: "Cloudflare",
    header: "cf-connecting-ip",
    sources: ["https://www.cloudflare.com/ips-v4", "https://www.cloudflare.com/ips-v6"],
    file: cloudflare,
  },
  // Fastly-Client-IP and the left of X-Forwarded-For are what the client sent, unless its customer's code says otherwise.
  fastly: {
    title: "Fastly",
    header: "x-forwarded-for",
    sources: ["https://api.fastly.com/public-ip-list"],
    file: fastly,
  },
  cloudfront: {
    title: "Amazon CloudFront",
    header: "x-forwarded-for",
    sources: ["https://d7uri8nf7uskq.cloudfront.net/tools/list-cloudfront-ips"],
    file: cloudfront,
  },
});

/** Nothing wider is anybody's own: such a list is damaged, or not the list. */
const WIDEST_IPV4 = 96 + 8;
const WIDEST_IPV6 = 20;
const MOST_NETWORKS = 5_000;

/**
 * Networks of a published list: one a line (`#` begins a comment), or JSON whose arrays of texts are all networks, under
 * whatever names, or are objects with `ipv4Prefix` or `ipv6Prefix` (Google's form). Throws Error with the line where something is no network, or one is too wide to be true.
 */
export function parseNetworks(text: string): string[] {
  const words = text.trimStart().startsWith("{") ? jsonWords(text) : lineWords(text);
  const networks = words.map(({ word, place }) => {
    const cidr = parseCidr(word);
    if (cidr === null) throw new Error(`${place}: "${word.slice(0, 64)}" is no network`);
    if (cidr.prefix < (word.includes(":") ? WIDEST_IPV6 : WIDEST_IPV4)) {
      throw new Error(`${place}: ${word} is too wide to be one provider's`);
    }
    return formatCidr(cidr);
  });
  if (networks.length === 0) throw new Error("the list is empty");
  if (networks.length > MOST_NETWORKS) throw new Error(`the list has ${networks.length} networks`);
  return [...new Set(networks)];
}

interface Word {
  readonly word: string;
  readonly place: string;
}

function lineWords(text: string): Word[] {
  return text.split("\n").flatMap((line, i) => {
    const word = line.replace(/#.*/, "").trim();
    return word === "" ? [] : [{ word, place: `line ${i + 1}` }];
  });
}

function jsonWords(text: string): Word[] {
  const tree: unknown = JSON.parse(text);
  return Object.entries(tree as Record<string, unknown>).flatMap(([key, list]) =>
    Array.isArray(list)
      ? list.flatMap((each, i) => wordsOf(each).map((word) => ({ word, place: `${key}[${i}]` })))
      : []
  );
}

function wordsOf(entry: unknown): string[] {
  if (typeof entry !== "object" || entry === null) return [String(entry)];
  const { ipv4Prefix, ipv6Prefix } = entry as { ipv4Prefix?: unknown; ipv6Prefix?: unknown };
  const words = [ipv4Prefix, ipv6Prefix].filter((word) => word !== undefined).map(String);
  return words.length === 0 ? [JSON.stringify(entry)] : words;
}
