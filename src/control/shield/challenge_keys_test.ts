import assert from "node:assert/strict";
import type { SecretTable } from "../../store/secrets.ts";
import { areChallengeKeysDue, challengeKeys } from "./challenge_keys.ts";

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;

function fakeSecrets(): SecretTable {
  const secrets = new Map<string, string>();
  return {
    get: (name: string) => secrets.get(name) ?? null,
    set: (name: string, text: string) => void secrets.set(name, text),
  } as unknown as SecretTable;
}

Deno.test("a key is made when there is none, and kept for a day", () => {
  const secrets = fakeSecrets();
  assert.ok(areChallengeKeysDue(secrets, NOW));
  const first = challengeKeys(secrets, NOW);
  assert.equal(first.length, 1);
  assert.match(first[0]!.key, /^[0-9a-f]{64}$/);
  assert.deepEqual(challengeKeys(secrets, NOW + DAY - 1), first);
  assert.ok(!areChallengeKeysDue(secrets, NOW + DAY - 1));
});

Deno.test("after a day there is another, and the one before is still believed; never a third", () => {
  const secrets = fakeSecrets();
  const [first] = challengeKeys(secrets, NOW);
  const second = challengeKeys(secrets, NOW + DAY);
  assert.deepEqual(second[1], first);
  const third = challengeKeys(secrets, NOW + 2 * DAY);
  assert.equal(third.length, 2);
  assert.deepEqual(third[1], second[0]);
});

Deno.test("a clock that jumped ahead and came back does not end the rotation", () => {
  const secrets = fakeSecrets();
  challengeKeys(secrets, NOW + 400 * DAY);
  assert.ok(areChallengeKeysDue(secrets, NOW));
  assert.equal(challengeKeys(secrets, NOW).length, 2);
  assert.ok(!areChallengeKeysDue(secrets, NOW + 1_000));
});
