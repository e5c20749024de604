import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { makeTestPki, type TestPair } from "../../tests/support/test_pki.ts";
import { DEFAULT_CLIENT_AUTH } from "../core/client_auth.ts";
import { ClientDoor } from "./client_door.ts";

/** The certificates are made while the test runs. */
const NOW = Date.now() + 600_000;
const DAY_MS = 86_400_000;

function shown(...pairs: readonly TestPair[]) {
  return { door: "x", chain: pairs.map(({ cert }) => new Uint8Array(new X509Certificate(cert).raw)) };
}

Deno.test("a certificate is good where its chain ends at an authority, each link holds, and no list names it", async () => {
  const pki = await makeTestPki();
  const { root, intermediate, client } = pki;
  const door = new ClientDoor({ ...DEFAULT_CLIENT_AUTH, mode: "require", ca: root.cert, crl: pki.crl });
  const problem = (now: number, ...pairs: TestPair[]) => door.judge(shown(...pairs), now).problem;

  assert.equal(door.judge(shown(client, intermediate), NOW).subject, "CN=client, O=Test");
  assert.equal(problem(NOW, client, root, intermediate), "", "in whatever order they are shown");
  const cases: [RegExp, number, TestPair[]][] = [
    [/no certificate was shown/, NOW, []],
    [/nobody who is believed has signed CN=client/, NOW, [client]],
    [/nobody who is believed has signed CN=stranger/, NOW, [pki.stranger, intermediate]],
    [/CN=revoked, O=Test is revoked/, NOW, [pki.revoked, intermediate]],
    [/CN=client, O=Test may not sign/, NOW, [pki.impostor, client, intermediate]],
    [/CN=server only is not for clients/, NOW, [pki.serverOnly, intermediate]],
    [/has expired/, NOW + 10 * DAY_MS, [client, intermediate]],
    [/not in force yet/, NOW - 10 * DAY_MS, [client, intermediate]],
    [/a chain of 9/, NOW, Array.from({ length: 9 }, () => client)],
  ];
  for (const [text, now, pairs] of cases) assert.match(problem(now, ...pairs), text);
  const rubbish = door.judge({ door: "x", chain: [Uint8Array.of(1, 2, 3)] }, NOW);
  assert.match(rubbish.problem, /cannot be read/);
});

Deno.test("a verdict is remembered for its handshake, and no longer than the certificate lasts", async () => {
  const { root, intermediate, client } = await makeTestPki();
  const door = new ClientDoor({ ...DEFAULT_CLIENT_AUTH, mode: "request", ca: root.cert });
  const handshake = shown(client, intermediate);
  assert.equal(door.judge(handshake, NOW), door.judge(handshake, NOW + 1));
  assert.match(door.judge(handshake, NOW + 10 * DAY_MS).problem, /has expired/);
});

Deno.test("an intermediate alone may be the authority, and other settings make another door", async () => {
  const { intermediate, client, root } = await makeTestPki();
  const settings = { ...DEFAULT_CLIENT_AUTH, mode: "require" as const, ca: intermediate.cert };
  const door = new ClientDoor(settings);
  assert.equal(door.judge(shown(client), NOW).problem, "");
  assert.equal(new ClientDoor({ ...settings }).key, door.key);
  assert.notEqual(new ClientDoor({ ...settings, ca: root.cert }).key, door.key);
});

Deno.test("whatever bytes of a certificate are changed, it is refused and nothing is thrown", async () => {
  const { root, client } = await makeTestPki();
  const door = new ClientDoor({ ...DEFAULT_CLIENT_AUTH, mode: "request", ca: root.cert });
  const der = new Uint8Array(new X509Certificate(client.cert).raw);
  let unreadable = 0;
  for (let at = 0; at < der.length; at++) {
    for (const flip of [0x01, 0x80]) {
      const changed = Uint8Array.from(der);
      changed[at]! ^= flip;
      const { subject, problem } = door.judge({ door: "x", chain: [changed] }, NOW);
      assert.equal(subject, "", `byte ${at}`);
      if (problem.includes("cannot be read (")) unreadable++;
    }
  }
  assert.ok(unreadable > 0, "some were read by nobody");
});

Deno.test("a refusal holds for a second, so that a bad chain is not verified with each request", async () => {
  const pki = await makeTestPki();
  const door = new ClientDoor({ ...DEFAULT_CLIENT_AUTH, mode: "require", ca: pki.root.cert });
  const handshake = shown(pki.stranger, pki.intermediate);
  const first = door.judge(handshake, NOW);
  assert.equal(first.subject, "");
  assert.equal(door.judge(handshake, NOW + 999), first);
  assert.notEqual(door.judge(handshake, NOW + 1_000), first);
});
