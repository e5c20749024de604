import { AegisError } from "../../core/errors.ts";
import { addressKind } from "../../lib/address_kind.ts";
import { type Cidr, contains, isIpv4, parseAddress, parseCidr } from "../../lib/ip.ts";
import { type NetworkList, NetworkListBuilder } from "../../lib/network_list.ts";

/** [SECURITY] Of one list; what is longer is refused as a whole. */
export const MOST_ENTRIES = 1_000_000;
const LONGEST_LINE = 1_000;
const LONGEST_SHOWN = 60;
/** What stands beside the addresses in Tor's own list of exits. */
const TOR_FIELDS = /^(?:ExitNode|Published|LastStatus) /;
/** Wider entries would refuse a good part of the world. */
const WIDEST_V4 = 96 + 8;
const WIDEST_V6 = 16;

export interface ParsedList {
  readonly networks: NetworkList;
  /** Entries of private and reserved networks, or too wide: some lists name these for routers. */
  readonly leftOut: number;
}

/**
 * Reads a list of networks while it arrives: an address or CIDR a line, with comments (`#`, `;`), or JSON a line as
 * Spamhaus writes it (`{"cidr":"192.0.2.0/24"}`), or Tor's list of exits (`ExitAddress 192.0.2.1 DATE`). Throws `invalid_input` with the line's number at the first that is
 * neither: half a list would be a guess.
 */
export class ListParser {
  readonly #decoder = new TextDecoder();
  readonly #builder = new NetworkListBuilder();
  #rest = "";
  #line = 0;
  #leftOut = 0;

  push(chunk: Uint8Array): void {
    this.#take(this.#rest + this.#decoder.decode(chunk, { stream: true }));
  }

  finish(): ParsedList {
    this.#take(`${this.#rest}${this.#decoder.decode()}\n`);
    return { networks: this.#builder.build(), leftOut: this.#leftOut };
  }

  #take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#line++;
      this.#read(text.slice(start, end).trim());
      start = end + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > LONGEST_LINE) {
      throw this.#fault(this.#line + 1, `is longer than ${LONGEST_LINE} characters`);
    }
  }

  #read(line: string): void {
    if (line === "" || line.startsWith("#") || line.startsWith(";")) return;
    if (TOR_FIELDS.test(line)) return;
    const entry = line.startsWith("{")
      ? this.#ofJson(line)
      : /^(?:ExitAddress )?([^\s;#,]+)/.exec(line)?.[1] ?? line;
    if (entry === null) return;
    const cidr = parseCidr(entry);
    if (cidr === null) throw this.#fault(this.#line, `"${shown(line)}" is no address or network`);
    if (!isBannable(cidr)) {
      this.#leftOut++;
      return;
    }
    this.#builder.add(cidr);
    if (this.#builder.size > MOST_ENTRIES) {
      throw this.#fault(this.#line, `there are more than ${MOST_ENTRIES.toLocaleString("en")} entries`);
    }
  }

  /** null: a line about the list itself. */
  #ofJson(line: string): string | null {
    let entry: { cidr?: unknown; type?: unknown };
    try {
      entry = JSON.parse(line);
    } catch {
      throw this.#fault(this.#line, `"${shown(line)}" is no JSON`);
    }
    if (typeof entry.cidr === "string") return entry.cidr;
    if (entry.type === "metadata") return null;
    throw this.#fault(this.#line, `"${shown(line)}" names no cidr`);
  }

  #fault(line: number, what: string): AegisError {
    return new AegisError("invalid_input", `line ${line}: ${what}`);
  }
}

/** Where inner networks begin: an entry that holds one of these would refuse machines of one's own. */
const INNER = ["10.0.0.0", "100.64.0.0", "127.0.0.0", "169.254.0.0", "172.16.0.0", "192.168.0.0"]
  .map((text) => parseAddress(text)!);

/** [SECURITY] A list may ban anybody but what is near: no list's author can shut a machine off from its own network. */
export function isBannable(cidr: Cidr): boolean {
  if (cidr.prefix < (isIpv4(cidr.words) ? WIDEST_V4 : WIDEST_V6)) return false;
  return addressKind(cidr.words) === "public" && !INNER.some((inner) => contains(cidr, inner));
}

function shown(line: string): string {
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}
