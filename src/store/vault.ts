import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AegisError } from "../core/errors.ts";

/** Seals secrets at rest. `context` names the place of a secret: bytes moved elsewhere do not open. */
export interface Vault {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** Throws `config_refused` where key, context or bytes do not fit. */
  open(sealed: Uint8Array, context: string): Uint8Array;
}

export interface VaultOptions {
  /** The folder that holds, or gets, `vault.key`. */
  readonly dataDir: string;
  /** 64 hex digits of `AEGIS_SECRET_KEY` (or `AEGIS_SSL_KEY`); then no file is read or made. */
  readonly envKey?: string | undefined;
}

const KEY_FILE = "vault.key";
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The vault of this instance; makes its key on the first run. Throws `config_refused` for a key of wrong shape. */
export function openVault(options: VaultOptions): Vault {
  if (options.envKey !== undefined && options.envKey !== "") {
    return makeVault(parseKey(options.envKey, "AEGIS_SECRET_KEY"));
  }
  const path = `${options.dataDir}/${KEY_FILE}`;
  return makeVault(parseKey(readKeyFile(path) ?? createKeyFile(path), path));
}

/**
 * AES-256-GCM (NIST SP 800-38D): format byte, 96-bit random nonce, ciphertext, 128-bit tag. Secrets and kept
 * requests stay far below the 2^32 messages that random nonces allow.
 */
export function makeVault(key: Uint8Array): Vault {
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return new Uint8Array(Buffer.concat([Uint8Array.of(FORMAT), nonce, body, cipher.getAuthTag()]));
    },
    open(sealed, context) {
      if (sealed.length < 1 + NONCE_BYTES + TAG_BYTES || sealed[0] !== FORMAT) throw unopenable(context);
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const body = sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce);
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      try {
        return new Uint8Array(Buffer.concat([decipher.update(body), decipher.final()]));
      } catch (thrown) {
        throw unopenable(context, thrown);
      }
    },
  };
}

function unopenable(context: string, cause?: unknown): AegisError {
  return new AegisError("config_refused", "a stored secret cannot be opened with this vault key", {
    privateText:
      `${context} cannot be opened: the vault key is not the one it was sealed with, or the bytes were ` +
      "changed. Set AEGIS_SECRET_KEY to the former key, or put the former vault.key back.",
    cause,
  });
}

function parseKey(text: string, origin: string): Uint8Array {
  const hex = text.trim();
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) {
    // [SECURITY] The text itself is never shown: a key with a typing error is still nearly the key.
    throw new AegisError("config_refused", "the vault key has the wrong shape", {
      privateText: `${origin} must be 64 hexadecimal digits (32 bytes), found ${hex.length} characters. ` +
        "`openssl rand -hex 32` makes one; a lost key cannot be replaced, only restored.",
    });
  }
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function readKeyFile(path: string): string | null {
  try {
    const mode = Deno.statSync(path).mode;
    // [SECURITY] A key that others could read is taken back before it is used.
    if (mode !== null && (mode & 0o077) !== 0) Deno.chmodSync(path, 0o600);
    return Deno.readTextFileSync(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw keyFileError(path, thrown);
  }
}

/**
 * Whole or not at all, and never over another's key: written and synced beside its place, then linked, which fails
 * where a process that started at the same time was faster. Returns the key that stands in the file.
 */
function createKeyFile(path: string): string {
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    const file = Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 });
    try {
      const text = new TextEncoder().encode(`${randomBytes(32).toString("hex")}\n`);
      for (let at = 0; at < text.length;) at += file.writeSync(text.subarray(at));
      file.syncSync();
    } finally {
      file.close();
    }
    try {
      Deno.linkSync(draft, path);
    } catch (thrown) {
      if (!(thrown instanceof Deno.errors.AlreadyExists)) throw thrown;
    } finally {
      Deno.removeSync(draft);
    }
    return Deno.readTextFileSync(path);
  } catch (thrown) {
    throw keyFileError(path, thrown);
  }
}

function keyFileError(path: string, cause: unknown): AegisError {
  return new AegisError("config_refused", "the vault key cannot be read or made", {
    privateText: `${path}: ${cause instanceof Error ? cause.message : cause}. ` +
      "Give the data folder to the user that runs Aegis, or set AEGIS_SECRET_KEY.",
    cause,
  });
}
