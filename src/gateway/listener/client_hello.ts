import { Buffer } from "node:buffer";

/** What a TLS client says first, as far as somebody is chosen by it. */
export interface ClientHello {
  /** Lower case; empty where the client sent none. */
  readonly serverName: string;
  /** In the client's order; empty where it sent none. */
  readonly alpn: readonly string[];
  /** All that it says, for `Ja4`. They share the memory that was read: nobody keeps them. */
  readonly parts: HelloParts;
}

export type HelloRead =
  /** All that came so far may be the beginning of one. */
  | { readonly kind: "more" }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "hello"; readonly hello: ClientHello };

/** The message's parts (RFC 8446, 4.1.2), each within its bounds. */
export interface HelloParts {
  readonly legacyVersion: number;
  /** Two bytes each. */
  readonly cipherSuites: Buffer;
  /** In the client's order, each type once. */
  readonly extensions: ReadonlyMap<number, Buffer>;
}

/** First byte of a TLS record that carries a handshake (RFC 8446, 5.1). */
export const TLS_HANDSHAKE = 0x16;
/** Clients with post-quantum key shares send 2 KiB; nobody needs what no other server would read. */
export const MAX_HELLO_BYTES = 16_384;
/** With the heads of the records that it comes in. */
const MAX_WIRE_BYTES = 2 * MAX_HELLO_BYTES;
/**
 * [SECURITY] Records of a byte each cost a thousand times their share (CWE-407), again with every segment that comes.
 * Clients send one or two; who cuts to get through filters, a few dozen.
 */
const MOST_RECORDS = 512;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
const CLIENT_HELLO = 1;
const MOST_FRAGMENT = 16_384;
const SERVER_NAME = 0;
const ALPN = 16;
const HOST_NAME = 0;

const MORE: HelloRead = Object.freeze({ kind: "more" });

/** Thrown and caught in this file only. */
class Malformed extends Error {}

/**
 * Reads the ClientHello at the start of `bytes`, which may be there in part and in several records. Strict: what RFC 8446,
 * RFC 6066 and RFC 7301 forbid is refused, and so is more than 16 KiB.
 */
export function readClientHello(bytes: Buffer): HelloRead {
  try {
    const message = messageOf(bytes);
    if (message === null) {
      return bytes.length > MAX_WIRE_BYTES ? refused("the ClientHello does not end") : MORE;
    }
    const parts = partsOf(message);
    const { extensions } = parts;
    return {
      kind: "hello",
      hello: {
        serverName: serverNameOf(extensions.get(SERVER_NAME)),
        alpn: protocolsOf(extensions.get(ALPN)),
        parts,
      },
    };
  } catch (thrown) {
    if (thrown instanceof Malformed) return refused(thrown.message);
    throw thrown;
  }
}

function refused(detail: string): HelloRead {
  return { kind: "refused", detail };
}

/** The handshake message's body out of its records (RFC 8446, 5.1); null where some of it is still to come. */
function messageOf(bytes: Buffer): Buffer | null {
  const fragments: Buffer[] = [];
  let gathered = 0;
  let wanted: number | null = null;
  let at = 0;
  while (true) {
    checkRecordHead(bytes, at);
    if (bytes.length < at + RECORD_HEAD) return null;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > MOST_FRAGMENT) throw new Malformed(`a record of ${length} bytes`);
    if (fragments.length === MOST_RECORDS) throw new Malformed(`over ${MOST_RECORDS} records`);
    const fragment = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
    fragments.push(fragment);
    gathered += length;
    wanted ??= messageLength(joined(fragments));
    // [SECURITY] Nothing may follow in the record: before the answer a client has nothing else to say. The record's own
    // length says so, wherever the network cut it.
    if (wanted !== null && gathered > wanted) {
      throw new Malformed("something follows the ClientHello in its record");
    }
    if (fragment.length < length) return null;
    if (gathered === wanted) return joined(fragments).subarray(MESSAGE_HEAD);
    at += RECORD_HEAD + length;
  }
}

function joined(fragments: readonly Buffer[]): Buffer {
  return fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments);
}

function checkRecordHead(bytes: Buffer, at: number): void {
  if (bytes.length > at && bytes[at] !== TLS_HANDSHAKE) throw new Malformed("a record that is no handshake");
  if (bytes.length > at + 1 && bytes[at + 1] !== 3) throw new Malformed("a record of an unknown version");
  if (bytes.length > at + 2 && bytes[at + 2]! > 4) throw new Malformed("a record of an unknown version");
}

/** With its head; null where that is not there yet. */
function messageLength(message: Buffer): number | null {
  if (message.length > 0 && message[0] !== CLIENT_HELLO) {
    throw new Malformed("a handshake that begins otherwise");
  }
  if (message.length < MESSAGE_HEAD) return null;
  const length = MESSAGE_HEAD + message.readUIntBE(1, 3);
  if (length > MAX_HELLO_BYTES) throw new Malformed(`a ClientHello of ${length} bytes`);
  return length;
}

function partsOf(message: Buffer): HelloParts {
  const reader = new VectorReader(message);
  const legacyVersion = reader.uint16();
  reader.take(32);
  reader.vector(1, 0, 32);
  const cipherSuites = reader.vector(2, 2, 65_534);
  if (cipherSuites.length % 2 !== 0) throw new Malformed("half a cipher suite");
  reader.vector(1, 1, 255);
  const extensions = new Map<number, Buffer>();
  // TLS 1.2 allows a ClientHello without any (RFC 5246, 7.4.1.2).
  if (!reader.isAtEnd) {
    const list = new VectorReader(reader.vector(2, 0, 65_535));
    while (!list.isAtEnd) {
      const type = list.uint16();
      if (extensions.has(type)) throw new Malformed("an extension twice");
      extensions.set(type, list.vector(2, 0, 65_535));
    }
  }
  reader.end();
  return { legacyVersion, cipherSuites, extensions };
}

/** RFC 6066, 3: one name of one type. */
function serverNameOf(extension: Buffer | undefined): string {
  if (extension === undefined) return "";
  const reader = new VectorReader(extension);
  const list = new VectorReader(reader.vector(2, 1, 65_535));
  reader.end();
  if (list.take(1)[0] !== HOST_NAME) throw new Malformed("a server name of an unknown type");
  const name = list.vector(2, 1, 255).toString("latin1").toLowerCase();
  list.end();
  // RFC 6066 allows no address here; clients send them all the same, and no host is chosen by one.
  if (!/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/.test(name) && !/^(?=.*:)[0-9a-f:.]+$/.test(name)) {
    throw new Malformed("a server name that is none");
  }
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** RFC 7301, 3.1. */
function protocolsOf(extension: Buffer | undefined): readonly string[] {
  if (extension === undefined) return [];
  const reader = new VectorReader(extension);
  const list = new VectorReader(reader.vector(2, 2, 65_535));
  reader.end();
  const protocols: string[] = [];
  while (!list.isAtEnd) protocols.push(list.vector(1, 1, 255).toString("latin1"));
  return protocols;
}

/** Reads TLS's presentation language (RFC 8446, 3.4): numbers, and vectors with their length before them. */
class VectorReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Malformed("a length that overruns the ClientHello");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  uint16(): number {
    return this.take(2).readUInt16BE(0);
  }

  /** `lengthBytes`: how wide its length is written. */
  vector(lengthBytes: 1 | 2, least: number, most: number): Buffer {
    const length = this.take(lengthBytes).readUIntBE(0, lengthBytes);
    if (length < least || length > most) throw new Malformed("a length out of its bounds in the ClientHello");
    return this.take(length);
  }

  end(): void {
    if (!this.isAtEnd) throw new Malformed("bytes that belong to nothing in the ClientHello");
  }
}
