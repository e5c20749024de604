import { createHash } from "node:crypto";
import type { Buffer } from "node:buffer";
import type { ClientHello } from "./client_hello.ts";

/**
 * Says by its ClientHello which program a TLS client is: JA4 as FoxIO's technical details describe it
 * (github.com/FoxIO-LLC/ja4, technical_details/JA4.md), for example `t13d1516h2_8daaf6152771_e5627efa2ab1`.
 *
 * The lists that are hashed come again with each connection of a program, so their hashes are remembered.
 */
export class Ja4 {
  readonly #hashes = new Map<string, string>();

  of({ alpn, parts }: ClientHello): string {
    const { extensions } = parts;
    const ciphers = numbers(parts.cipherSuites, 0, parts.cipherSuites.length);
    const types: number[] = [];
    for (const type of extensions.keys()) if (!isGrease(type)) types.push(type);
    const version = VERSIONS.get(versionOf(parts.legacyVersion, extensions.get(SUPPORTED_VERSIONS))) ?? "00";
    const destination = extensions.has(SERVER_NAME) ? "d" : "i";
    const first = `t${version}${destination}${count(ciphers)}${count(types)}${firstProtocol(alpn[0] ?? "")}`;
    const asked = types.filter((type) => type !== SERVER_NAME && type !== ALPN);
    return `${first}_${this.#hash(sorted(ciphers))}_${this.#hash(withAlgorithms(sorted(asked), extensions))}`;
  }

  #hash(text: string): string {
    if (text === "") return "000000000000";
    const known = this.#hashes.get(text);
    if (known !== undefined) return known;
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
    // [SECURITY] A client may invent lists without end: what is remembered is dropped when it is much.
    if (this.#hashes.size >= MOST_HASHES) this.#hashes.clear();
    if (text.length <= LONGEST_LIST) this.#hashes.set(text, hash);
    return hash;
  }
}

const MOST_HASHES = 512;
/** Those of programs are a third of it. */
const LONGEST_LIST = 1_024;
const SERVER_NAME = 0;
const SIGNATURE_ALGORITHMS = 13;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0304, "13"],
  [0x0303, "12"],
  [0x0302, "11"],
  [0x0301, "10"],
  [0x0300, "s3"],
  [0x0002, "s2"],
]);

/** Values that clients invent so that servers learn to ignore what they do not know (RFC 8701). */
function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

/** 16-bit numbers of a vector, without GREASE. */
function numbers(bytes: Buffer, from: number, end: number): number[] {
  const found: number[] = [];
  for (let at = from; at + 1 < end; at += 2) {
    const value = bytes.readUInt16BE(at);
    if (!isGrease(value)) found.push(value);
  }
  return found;
}

/** The highest that the client offers; without the extension, the message's own (RFC 8446, 4.2.1). */
function versionOf(legacy: number, offered: Buffer | undefined): number {
  return offered === undefined ? legacy : Math.max(0, ...numbers(offered, 1, offered.length));
}

function count(list: readonly number[]): string {
  return String(Math.min(99, list.length)).padStart(2, "0");
}

function sorted(list: readonly number[]): string {
  return list.map(hex).sort().join(",");
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}

/** The client's signature algorithms stand behind the extensions in its own order. */
function withAlgorithms(types: string, extensions: ReadonlyMap<number, Buffer>): string {
  const algorithms = extensions.get(SIGNATURE_ALGORITHMS);
  if (types === "" || algorithms === undefined) return types;
  const list = numbers(algorithms, 2, algorithms.length).map(hex).join(",");
  return list === "" ? types : `${types}_${list}`;
}

/** First and last character of the first protocol; of its bytes in hex where one of these is no letter or digit. */
function firstProtocol(protocol: string): string {
  if (protocol === "") return "00";
  const first = protocol[0]!;
  const last = protocol.at(-1)!;
  if (isAlphanumeric(first) && isAlphanumeric(last)) return first + last;
  const hexOf = (char: string) => char.charCodeAt(0).toString(16).padStart(2, "0");
  return hexOf(first)[0]! + hexOf(last)[1]!;
}

function isAlphanumeric(char: string): boolean {
  return /^[0-9A-Za-z]$/.test(char);
}
