import { createHash } from "node:crypto";
import { bitsOf, type Level, PROOF_PARTS } from "./difficulty.ts";

const BLOCK_BYTES = 40;
const SEED_BYTES = 32;

/**
 * True where `counters` (of each part one, in base 36, parted by `-`) prove the work that a ticket of `level` asks for:
 * SHA-256(SHA-256(ticket) · part · counter), both numbers as 32 bits big-endian, begins with so many zero bits.
 *
 * [SECURITY] At most nine hashes of short texts, and two where the first part is wrong: bringing wrong proofs costs
 * more than refusing them.
 */
export function isProof(ticket: string, level: Level, counters: string): boolean {
  const parts = counters.split("-", PROOF_PARTS + 1);
  if (parts.length !== PROOF_PARTS || !parts.every((part) => /^[0-9a-z]{1,7}$/.test(part))) return false;
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(createHash("sha256").update(ticket).digest());
  const view = new DataView(block.buffer);
  const bits = bitsOf(level);
  return parts.every((part, i) => {
    view.setUint32(SEED_BYTES, i);
    view.setUint32(SEED_BYTES + 4, parseInt(part, 36));
    return createHash("sha256").update(block).digest().readUInt32BE(0) >>> (32 - bits) === 0;
  });
}
