import { AegisError } from "../../core/errors.ts";
import type { Channel } from "../../notify/channel.ts";

type Patch = Readonly<Record<string, unknown>>;

/**
 * [SECURITY] What is sealed goes only where it was written for: else whoever may edit a profile, or has such a token,
 * would read every password by pointing it at a server of their own (CWE-522). Throws AegisError.
 */
export function refuseToMoveSecrets(before: Channel, after: Channel, patch: Patch): void {
  const where = movedTo(before, after);
  if (where === null) return;
  for (const [field, noun] of secretsOf(before)) {
    if (patch[field] !== undefined) continue;
    const message = `${noun} kept here was not written for ${where}`;
    throw new AegisError("invalid_input", message, {
      fields: [{ field, message, remedy: "write it again, or add another entry" }],
    });
  }
}

/** Who would get the secrets now and did not before; null: nobody. */
function movedTo(before: Channel, after: Channel): string | null {
  if (before.type === "smtp" && after.type === "smtp") {
    if (before.host !== after.host || before.port !== after.port) return `${after.host}:${after.port}`;
    return before.security !== "none" && after.security === "none" ? "a connection in the clear" : null;
  }
  if (before.type === "smtp" || after.type === "smtp") return null;
  if (new URL(before.url).origin !== new URL(after.url).origin) return new URL(after.url).origin;
  return before.format === after.format ? null : after.format;
}

/** Field and noun of each that is set. */
function secretsOf(channel: Channel): readonly (readonly [field: string, noun: string])[] {
  if (channel.type === "smtp") return channel.password === "" ? [] : [["password", "the password that is"]];
  return [
    ...(channel.secret === "" ? [] : [["secret", "the key that is"] as const]),
    ...(channel.headers.length === 0 ? [] : [["headers", "what stands in the headers and is"] as const]),
  ];
}
