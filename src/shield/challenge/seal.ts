import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import type { ChallengeKey } from "../../core/challenge.ts";
import { HmacSha256 } from "../../lib/hmac_sha256.ts";

interface OpenKey {
  readonly id: string;
  readonly mac: HmacSha256;
}

/** Longer than anything that is signed. */
const LONGEST = 512;

/** Signs clearances and challenges, and tells what it has signed: HMAC-SHA256 with one of few known keys. */
export class Seal {
  readonly #keys: readonly OpenKey[];

  /** Newest first, at least one: that one signs, all of them verify. */
  constructor(keys: readonly ChallengeKey[]) {
    this.#keys = keys.map(({ id, key }) => ({ id, mac: new HmacSha256(Buffer.from(key, "hex")) }));
  }

  /** `text.<key id>.<HMAC>`. `purpose` keeps what is signed for one thing from being shown for another. */
  sign(purpose: string, text: string): string {
    const { id, mac } = this.#keys[0]!;
    const signed = `${text}.${id}`;
    return `${signed}.${base64url(mac.digest(`${purpose}\n${signed}`))}`;
  }

  /** For each key, newest first, 64 bits that stand for a text and that nobody without the key can tell before. */
  keysOf(purpose: string, text: string): bigint[] {
    return this.#keys.map(({ mac }) => Buffer.from(mac.digest(`${purpose}\n${text}`)).readBigUInt64BE(0));
  }

  /** The text that was signed for `purpose`, or null: changed, of a key that is gone, or never signed. */
  open(purpose: string, signed: string): string | null {
    if (signed.length > LONGEST || !/^[\x21-\x7e]*$/.test(signed)) return null;
    const macAt = signed.lastIndexOf(".");
    const keyAt = signed.lastIndexOf(".", macAt - 1);
    if (keyAt < 0) return null;
    const id = signed.slice(keyAt + 1, macAt);
    const key = this.#keys.find((each) => each.id === id);
    if (key === undefined) return null;
    const told = Buffer.from(signed.slice(macAt + 1), "base64url");
    const right = key.mac.digest(`${purpose}\n${signed.slice(0, macAt)}`);
    // [SECURITY] In constant time, and never two spellings of one MAC (CWE-208, CWE-347).
    if (told.length !== right.length || !timingSafeEqual(told, right)) return null;
    return base64url(right) === signed.slice(macAt + 1) ? signed.slice(0, keyAt) : null;
  }
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
