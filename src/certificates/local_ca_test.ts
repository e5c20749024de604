import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import tls from "node:tls";
import { ManualClock, systemClock } from "../core/clock.ts";
import type { CertificatePair } from "../core/snapshot.ts";
import { authorityOf, LocalCa, type ShelvedCertificate } from "./local_ca.ts";
import { coverageOf, permittedFor } from "./name_constraints.ts";
import { generateKeyPair, issueCertificate, privateKeyPem } from "./x509.ts";

const DAY_MS = 86_400_000;

function memory() {
  const secrets = new Map<string, string>();
  const shelf = new Map<string, ShelvedCertificate>();
  return {
    secrets: {
      get: (name: string) => secrets.get(name) ?? null,
      set: (n: string, v: string) => void secrets.set(n, v),
    },
    shelf: {
      get: (id: string) => shelf.get(id) ?? null,
      put: (each: ShelvedCertificate) => void shelf.set(each.id, each),
    },
  };
}

function leafOf(pair: CertificatePair): X509Certificate {
  return new X509Certificate(pair.certificatePem);
}

Deno.test("a new CA lasts ten years, signs P-256 leaves of one year, and they verify against it", () => {
  const clock = new ManualClock();
  const ca = new LocalCa({ ...memory(), clock });
  assert.equal(ca.ensure(["shop.example.com"]), true);
  const root = new X509Certificate(ca.certificatePem);
  const leaf = leafOf(ca.certificate("host:1", ["shop.example.com", "127.0.0.1"]));
  assert.equal(root.ca, true);
  assert.equal(root.verify(root.publicKey), true);
  assert.equal(leaf.ca, false);
  assert.equal(leaf.verify(root.publicKey), true);
  assert.equal(leaf.checkIssued(root), true);
  assert.equal(leaf.subjectAltName, "DNS:shop.example.com, IP Address:127.0.0.1");
  assert.equal(leaf.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
  const lasts = (each: X509Certificate) => Math.round((each.validToDate.getTime() - clock.now()) / DAY_MS);
  assert.equal(lasts(root), 3650);
  assert.equal(lasts(leaf), 365);
});

Deno.test("the CA stays while its constraints cover the names, and rotates when a new domain needs it", () => {
  const ca = new LocalCa({ ...memory(), clock: new ManualClock() });
  ca.ensure(["example.com"]);
  const first = ca.fingerprint;
  assert.equal(ca.ensure(["example.com", "*.shop.example.com", "localhost", "192.168.1.7", "::1"]), false);
  assert.equal(ca.ensure([]), false);
  assert.equal(ca.fingerprint, first);
  assert.equal(ca.ensure(["example.org"]), true);
  assert.notEqual(ca.fingerprint, first);
});

Deno.test("a leaf is kept until a day before its end or another set of names, and due 30 days before or by another CA", () => {
  const clock = new ManualClock();
  const ca = new LocalCa({ ...memory(), clock });
  const leaf = () => ca.certificate("host:1", ["example.com"]);
  ca.ensure(["example.com", "localhost"]);
  const first = leaf();
  clock.advance(300 * DAY_MS);
  assert.equal(leaf(), first, "the same object, so that it is seen to be unchanged");
  assert.equal(ca.isDue("host:1"), false);
  clock.advance(36 * DAY_MS);
  assert.equal(ca.isDue("host:1"), true);
  assert.equal(leaf(), first, "due, but still good");
  ca.renew("host:1", ["example.com"]);
  assert.equal(ca.isDue("host:1"), false);
  const second = leaf();
  assert.notEqual(second.certificatePem, first.certificatePem);
  clock.advance(365 * DAY_MS - DAY_MS / 2);
  const third = leaf();
  assert.notEqual(third.certificatePem, second.certificatePem);
  ca.ensure(["other.example"]);
  assert.equal(leaf(), third);
  assert.equal(ca.isDue("host:1"), true, "a former CA signed it");
  assert.notEqual(ca.certificate("host:1", ["localhost"]).certificatePem, third.certificatePem);
});

Deno.test("a chain has its CA behind the leaf, stays when the CA rotates and is renewed 30 days before its end", () => {
  const clock = new ManualClock();
  const ca = new LocalCa({ ...memory(), clock });
  ca.ensure(["localhost"]);
  const root = ca.certificatePem;
  const first = ca.chain("admin", ["localhost"]);
  assert.equal(authorityOf(first), root);
  ca.ensure(["other.example"]);
  assert.equal(ca.chain("admin", ["localhost"]), first);
  clock.advance(336 * DAY_MS);
  assert.equal(authorityOf(ca.chain("admin", ["localhost"])), ca.certificatePem);
});

Deno.test("no two CAs have one subject, however fast they follow each other", () => {
  const ca = new LocalCa({ ...memory(), clock: new ManualClock() });
  const subjects = ["a.example", "b.example", "c.example"].map((name) => (ca.ensure([name]), ca.subject));
  assert.equal(new Set(subjects).size, 3);
});

Deno.test("constraints hold configured domains with what lies below, localhost and private addresses", () => {
  const permitted = permittedFor([
    "*.example.com",
    "a.example.com",
    "example.com",
    "203.0.113.9",
    "[2001:db8::1]",
  ]);
  assert.deepEqual(permitted.domains, ["example.com", "localhost"]);
  const covers = coverageOf(permitted);
  for (
    const name of [
      "example.com",
      "x.y.example.com",
      "*.example.com",
      "localhost",
      "10.9.8.7",
      "203.0.113.9",
      "2001:db8::1",
    ]
  ) {
    assert.equal(covers(name), true, name);
  }
  for (const name of ["badexample.com", "com", "example.org", "203.0.113.10", "8.8.8.8", "2001:db8::2"]) {
    assert.equal(covers(name), false, name);
  }
});

/** What curl, with only this CA trusted, says to a TLS server that shows `pair`; the name is resolved to loopback. */
async function curl(
  pair: CertificatePair,
  caPem: string,
  name: string,
): Promise<{ code: number; text: string }> {
  const dir = await Deno.makeTempDir();
  const server = tls.createServer({ key: pair.keyPem, cert: pair.certificatePem }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  try {
    await Deno.writeTextFile(`${dir}/ca.pem`, caPem);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    const run = await new Deno.Command("curl", {
      args: [
        "-sS",
        "--max-time",
        "20",
        "--noproxy",
        "*",
        "--cacert",
        `${dir}/ca.pem`,
        "--resolve",
        `${name}:${port}:127.0.0.1`,
        `https://${name}:${port}/`,
      ],
    }).output();
    return { code: run.code, text: new TextDecoder().decode(run.code === 0 ? run.stdout : run.stderr) };
  } finally {
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of sockets) socket.destroy();
    await closed;
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("curl that trusts the CA accepts its leaves by name, wildcard and address", async () => {
  const ca = new LocalCa({ ...memory(), clock: systemClock });
  ca.ensure(["shop.example.com", "*.example.org"]);
  const pair = ca.certificate("host:1", ["shop.example.com", "*.example.org", "localhost", "127.0.0.1"]);
  for (const name of ["shop.example.com", "a.example.org", "localhost", "127.0.0.1"]) {
    assert.deepEqual(await curl(pair, ca.certificatePem, name), { code: 0, text: "ok" }, name);
  }
});

Deno.test("curl refuses what a stolen CA key signs outside of the constraints", async () => {
  const stolen = generateKeyPair();
  const now = systemClock.now();
  const subject = "constrained";
  const life = { notBefore: now - DAY_MS, notAfter: now + DAY_MS };
  const permitted = permittedFor(["shop.example.com"]);
  const root = issueCertificate({ subject, publicKey: stolen.publicKey, ...life, kind: { ca: permitted } }, {
    subject,
    key: stolen,
  });
  for (const name of ["bank.example.net", "203.0.113.1"]) {
    const key = generateKeyPair();
    const leaf = issueCertificate({
      subject: name,
      publicKey: key.publicKey,
      ...life,
      kind: { names: [name] },
    }, { subject, key: stolen });
    const pair = { id: "x", names: [name], certificatePem: leaf, keyPem: privateKeyPem(key.privateKey) };
    const answer = await curl(pair, root, name);
    assert.equal(answer.code, 60, answer.text);
    assert.match(answer.text, /permitted subtree violation/);
  }
});
