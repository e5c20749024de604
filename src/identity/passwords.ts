import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { argon2id } from "hash-wasm";
import { AegisError } from "../core/errors.ts";

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** [SECURITY] Bounds of what a stored hash may ask for: a changed row must not take the machine's memory. */
const MOST_MEMORY_KIB = 262_144;
const MOST_PASSES = 10;
/** Derivations that wait; each takes some 0.14 s of CPU, so a longer line would hold up everybody. */
const MOST_WAITING = 16;

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

interface Parameters {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: Uint8Array;
  readonly bytes: number;
}

/** Derives and compares password hashes, one at a time. */
export class PasswordHasher {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** A PHC string (`$argon2id$v=19$m=19456,t=2,p=1$salt$hash`). */
  async hash(password: string): Promise<string> {
    const salt = new Uint8Array(randomBytes(SALT_BYTES));
    const hash = await this.#derive(password, own(salt));
    return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(salt)}$${base64(hash)}`;
  }

  /**
   * True where the password made this hash. [SECURITY] `null` (no such user) derives all the same and is false, so
   * that time does not tell which names exist. Throws `rate_limited` where too many wait already.
   */
  async verify(password: string, phc: string | null): Promise<boolean> {
    const stored = phc === null ? null : parsePhc(phc);
    if (stored === null) {
      await this.#derive(password, own(new Uint8Array(SALT_BYTES)));
      return false;
    }
    return timingSafeEqual(await this.#derive(password, stored.parameters), stored.hash);
  }

  async #derive(password: string, parameters: Parameters): Promise<Uint8Array> {
    if (this.#waiting >= MOST_WAITING) {
      throw new AegisError("rate_limited", "too many sign-ins at once, try again in a few seconds");
    }
    this.#waiting++;
    const turn = this.#last.then(() => derive(password, parameters));
    // Whoever comes next waits for this one's end, not for its success.
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}

/** True where the hash was made with other parameters than today's: derive it anew at the next sign-in. */
export function needsRehash(phc: string): boolean {
  const parameters = parsePhc(phc)?.parameters;
  return parameters === undefined || parameters.memoryKib !== MEMORY_KIB || parameters.passes !== PASSES ||
    parameters.lanes !== LANES;
}

function derive(password: string, parameters: Parameters): Promise<Uint8Array> {
  return argon2id({
    // The same password typed on another keyboard may arrive in another composition (Unicode NFKC, NIST SP 800-63B).
    // hash-wasm refuses an empty one; NUL stands for it, which is too short to be anybody's.
    password: password.normalize("NFKC") || "\0",
    salt: parameters.salt,
    memorySize: parameters.memoryKib,
    iterations: parameters.passes,
    parallelism: parameters.lanes,
    hashLength: parameters.bytes,
    outputType: "binary",
  });
}

function own(salt: Uint8Array): Parameters {
  return { memoryKib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt, bytes: HASH_BYTES };
}

function parsePhc(phc: string): { parameters: Parameters; hash: Uint8Array } | null {
  const match = PHC.exec(phc);
  if (match === null) return null;
  const [memoryKib, passes, lanes] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (memoryKib > MOST_MEMORY_KIB || passes > MOST_PASSES || lanes > 16) return null;
  const hash = new Uint8Array(Buffer.from(match[5]!, "base64"));
  const salt = new Uint8Array(Buffer.from(match[4]!, "base64"));
  return { parameters: { memoryKib, passes, lanes, salt, bytes: hash.length }, hash };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
