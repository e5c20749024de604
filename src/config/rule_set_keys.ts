import { Buffer } from "node:buffer";
import { z } from "zod";
import { complain } from "./fields.ts";

/** Public keys that may sign rule sets: base64 of the 32 bytes of an Ed25519 key. */
export const RuleSetKeys = z.array(
  z.string().max(100).overwrite((text) => text.trim()).check(complain((text: string) => {
    const raw = Buffer.from(text, "base64");
    if (raw.length === 32 && raw.toString("base64") === text) return null;
    return {
      message: `"${text.slice(0, 60)}" is no public key`,
      remedy: "write the 44 characters that deno task sign:rules shows",
    };
  })),
).max(20);
