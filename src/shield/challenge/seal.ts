import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ChallengeKey } from "../../core/challenge.ts";

interface OpenKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Signs clearances and challenges, and tells what it has signed: HMAC-SHA256 (RFC 2104) with one of few known keys. */
export class Seal {
  readonly #keys: readonly OpenKey[];

  /** Newest first, at least one: that one signs, all of them verify. */
  constructor(keys: readonly ChallengeKey[]) {
    this.#keys = keys.map(({ id, key }) => ({ id, bytes: new Uint8Array(Buffer.from(key, "hex")) }));
  }

  /** `text.<key id>.<HMAC>`. `purpose` keeps what is signed for one thing from being shown for another. */
  sign(purpose: string, text: string): string {
    const { id, bytes } = this.#keys[0]!;
    return `${text}.${id}.${mac(bytes, purpose, `${text}.${id}`).toString("base64url")}`;
  }

  /** 64 bits that stand for a text, and that nobody without the key can tell before. */
  keyOf(purpose: string, text: string): bigint {
    return mac(this.#keys[0]!.bytes, purpose, text).readBigUInt64BE(0);
  }

  /** The text that was signed for `purpose`, or null: changed, of a key that is gone, or never signed. */
  open(purpose: string, signed: string): string | null {
    const macAt = signed.lastIndexOf(".");
    const keyAt = signed.lastIndexOf(".", macAt - 1);
    if (keyAt < 0) return null;
    const id = signed.slice(keyAt + 1, macAt);
    const key = this.#keys.find((each) => each.id === id);
    if (key === undefined) return null;
    const told = Buffer.from(signed.slice(macAt + 1), "base64url");
    const right = mac(key.bytes, purpose, signed.slice(0, macAt));
    // [SECURITY] In constant time, and never two spellings of one MAC (CWE-208, CWE-347).
    if (told.length !== right.length || !timingSafeEqual(told, right)) return null;
    return right.toString("base64url") === signed.slice(macAt + 1) ? signed.slice(0, keyAt) : null;
  }
}

function mac(key: Uint8Array, purpose: string, text: string): Buffer {
  return createHmac("sha256", key).update(`${purpose}\n${text}`).digest();
}
