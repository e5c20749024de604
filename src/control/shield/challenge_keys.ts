import type { ChallengeKey } from "../../core/challenge.ts";
import type { SecretTable } from "../../store/secrets.ts";

/** A pass lasts a day at most, and is believed as long as its key is kept. */
const ROTATE_MS = 86_400_000;
const KEPT = 2;
/** A clock that was ahead has made a key of the future: it would never be time for the next one. */
const AHEAD_MS = 3_600_000;
const SECRET = "challenge_keys";

interface StoredKey extends ChallengeKey {
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

/** The keys that challenges and clearances are signed with, newest first; a day after the newest there is another. */
export function challengeKeys(secrets: SecretTable, now: number): ChallengeKey[] {
  const keys = stored(secrets);
  const isDue = isRotationDue(keys, now);
  const kept = isDue ? [newKey(now), ...keys].slice(0, KEPT) : keys;
  if (isDue) secrets.set(SECRET, JSON.stringify(kept));
  return kept.map(({ id, key }) => ({ id, key }));
}

/** True where the next snapshot has another key. */
export function areChallengeKeysDue(secrets: SecretTable, now: number): boolean {
  return isRotationDue(stored(secrets), now);
}

function stored(secrets: SecretTable): StoredKey[] {
  return JSON.parse(secrets.get(SECRET) ?? "[]");
}

function isRotationDue([newest]: readonly StoredKey[], now: number): boolean {
  return newest === undefined || now - newest.madeAt >= ROTATE_MS || newest.madeAt - now > AHEAD_MS;
}

function newKey(now: number): StoredKey {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)).toHex();
  return { id: random(4), key: random(32), madeAt: now };
}
