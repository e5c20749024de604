import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { connect, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import type { CertificatePair } from "../../src/core/snapshot.ts";
import { AegisError } from "../../src/core/errors.ts";
import { CertificateSelector } from "../../src/gateway/listener/certificates.ts";
import { RedirectHandler } from "../../src/gateway/listener/redirect_handler.ts";
import { TestAuthority } from "../support/raw_certificates.ts";
import { RawClient, value } from "../support/raw_client.ts";
import { answerText, TestHandler, withListener } from "../support/raw_listener.ts";

/** Certificates by server name, their replacement, and what arrives on a TLS port without being TLS. */

const authority = new TestAuthority();
const shop = authority.issue("shop", ["shop.test", "www.shop.test"]);
const wildcard = authority.issue("wildcard", ["*.shop.test"]);
const fallback = authority.issue("fallback", ["localhost"]);
const GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

interface Handshake {
  readonly subject: string;
  readonly protocol: string | null;
  readonly alpn: string | false | null;
}

/** Shakes hands, sends one request, and returns what the handshake agreed on. */
function handshake(
  port: number,
  options: { servername?: string; maxVersion?: "TLSv1.2"; ALPNProtocols?: string[] } = {},
): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options }, () => {
      const { subject } = socket.getPeerCertificate();
      const seen = { subject: String(subject.CN), protocol: socket.getProtocol(), alpn: socket.alpnProtocol };
      socket.once("data", () => socket.end());
      socket.once("close", () => resolve(seen));
      socket.write(GET);
    });
    socket.once("error", reject);
  });
}

function selector(...pairs: CertificatePair[]): CertificateSelector {
  return new CertificateSelector(pairs, fallback);
}

Deno.test("the certificate is the exact name's, then the wildcard's, else the fallback", async () => {
  const handler = new TestHandler(answerText("ok"));
  await withListener(handler, { certificates: selector(wildcard, shop) }, async ({ port }) => {
    for (
      const [servername, subject] of [
        ["shop.test", "shop.test"],
        ["WWW.Shop.test", "shop.test"],
        ["api.shop.test", "*.shop.test"],
        ["a.b.shop.test", "localhost"],
        ["other.test", "localhost"],
      ] as const
    ) {
      assert.equal((await handshake(port, { servername })).subject, subject, servername);
    }
    assert.equal((await handshake(port)).subject, "localhost", "no server name");
  });
  const infos = handler.exchanges.map((each) => each.connection.tls!);
  assert.deepEqual(infos.map((each) => each.certificateId), [
    "shop",
    "shop",
    "wildcard",
    "fallback",
    "fallback",
    "fallback",
  ]);
  assert.deepEqual(infos[0]!.certificateNames, ["shop.test", "www.shop.test"]);
  assert.deepEqual(infos.map((each) => each.serverName).slice(0, 2), ["shop.test", "www.shop.test"]);
  assert.equal(infos[5]!.serverName, "");
  assert.ok(infos.every((each) => each.version === "TLSv1.3"));
  assert.ok(handler.exchanges.every((each) => each.request.scheme === "https"));
});

Deno.test("certificates are replaced between two handshakes, open connections go on", async () => {
  const handler = new TestHandler(answerText("ok"));
  const certificates = selector(shop);
  await withListener(handler, { certificates }, async ({ port }) => {
    const client = await RawClient.tls(port, authority.pem);
    await client.write(GET);
    await client.readResponse();
    assert.equal((await handshake(port, { servername: "new.test" })).subject, "localhost");
    certificates.replace([authority.issue("new", ["new.test"])], fallback);
    assert.equal((await handshake(port, { servername: "new.test" })).subject, "new.test");
    assert.equal((await handshake(port, { servername: "shop.test" })).subject, "localhost");
    await client.write(GET);
    assert.equal((await client.readResponse()).status, 200);
    client.close();
  });
});

Deno.test("a renewed certificate of the same id is taken into use", () => {
  const certificates = selector(shop);
  const before = certificates.select("shop.test").context;
  certificates.replace([shop], fallback);
  assert.equal(certificates.select("shop.test").context, before, "unchanged pairs keep their context");
  certificates.replace([authority.issue("shop", ["shop.test"])], fallback);
  assert.notEqual(certificates.select("shop.test").context, before);
});

const BROKEN = [
  { ...wildcard, certificatePem: "no certificate" },
  { ...wildcard, keyPem: "no key" },
  { ...wildcard, keyPem: shop.keyPem },
];

Deno.test("a fallback that is no certificate is refused and the old ones stay", () => {
  const certificates = selector(shop);
  for (const broken of BROKEN) {
    assert.throws(() => certificates.replace([], broken), (error) => {
      assert.ok(error instanceof AegisError);
      assert.equal(error.code, "config_refused");
      assert.match(error.privateText, /wildcard/);
      return true;
    });
    assert.equal(certificates.select("shop.test").id, "shop");
  }
});

Deno.test("a pair that is no certificate leaves its names to the fallback, and the log says so once", () => {
  for (const broken of BROKEN) {
    const said: unknown[] = [];
    const silent = () => {};
    const logger = {
      debug: silent,
      info: silent,
      warn: silent,
      error: (_: string, fields?: unknown) => said.push(fields),
    };
    const certificates = new CertificateSelector([shop, broken], fallback, logger);
    assert.equal(certificates.select("x.shop.test").id, "fallback");
    assert.equal(certificates.select("shop.test").id, "shop");
    certificates.select("x.shop.test");
    assert.equal(said.length, 1);
    assert.match(JSON.stringify(said[0]), /wildcard/);
  }
});

Deno.test("contexts are made for the first handshake, and the one least asked for leaves when there are too many", () => {
  const pairs = ["a", "b", "c"].map((id) => authority.issue(id, [`${id}.test`]));
  const certificates = new CertificateSelector(pairs, fallback, undefined, 2);
  assert.equal(certificates.contexts, 0);
  const first = certificates.select("a.test").context;
  certificates.select("b.test");
  assert.equal(certificates.select("a.test").context, first);
  certificates.select("c.test");
  assert.equal(certificates.contexts, 2);
  assert.equal(certificates.select("a.test").context, first, "asked for since, so it stayed");
  assert.equal(certificates.select("b.test").id, "b", "made again");
});

Deno.test("TLS 1.2 is served, HTTP/2 is preferred, an unknown ALPN protocol is not served", async () => {
  const handler = new TestHandler(answerText("ok"));
  await withListener(handler, { certificates: selector() }, async ({ port }) => {
    assert.equal((await handshake(port, { maxVersion: "TLSv1.2" })).protocol, "TLSv1.2");
    assert.equal((await handshake(port, { ALPNProtocols: ["http/1.1", "h2"] })).alpn, "h2");
    assert.equal((await handshake(port, { ALPNProtocols: ["http/1.1"] })).alpn, "http/1.1");
    await assert.rejects(handshake(port, { ALPNProtocols: ["foo"] }));
  });
});

for (const [what, bytes] of [["nothing", ""], ["half a ClientHello", "\x16\x03\x01\x02\x00\x01"]] as const) {
  Deno.test(`a client that sends ${what} is cut off when the handshake's time is over`, async () => {
    const handler = new TestHandler(answerText("never"));
    const settings = { handshake_timeout_ms: 80 };
    await withListener(handler, { certificates: selector(), settings }, async ({ port }) => {
      const client = await RawClient.clear(port);
      await client.write(bytes);
      assert.equal((await client.readToEnd()).length, 0);
      client.close();
    });
    assert.equal(handler.exchanges.length, 0);
  });
}

Deno.test("garbage instead of a handshake ends the connection", async () => {
  const handler = new TestHandler(answerText("never"));
  await withListener(handler, { certificates: selector() }, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write(Buffer.concat([Buffer.from([0x16, 3, 1, 0, 4]), Buffer.from("abcd")]));
    await client.readToEnd();
    client.close();
  });
  assert.equal(handler.disconnectedCount, 1);
});

Deno.test("clear text on a TLS port is closed, or sent to the right address where the listener says so", async () => {
  const handler = new TestHandler(answerText("never"));
  await withListener(handler, { certificates: selector() }, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write(GET);
    assert.equal((await client.readToEnd()).length, 0);
    client.close();
  });
  const plainHandler = new RedirectHandler("https://localhost:9443");
  await withListener(handler, { certificates: selector(), plainHandler }, async ({ port }) => {
    const client = await RawClient.clear(port);
    await client.write("GET /hosts?x=1 HTTP/1.1\r\nHost: localhost:9443\r\n\r\n");
    const answer = await client.readResponse();
    assert.equal(answer.status, 307);
    assert.equal(value(answer.headers, "location"), "https://localhost:9443/hosts?x=1");
    assert.equal(await client.ending(), "end");
    client.close();
    const tls = await RawClient.tls(port, authority.pem);
    await tls.write(GET);
    assert.equal((await tls.readResponse()).status, 200);
    tls.close();
  });
  assert.equal(handler.exchanges.length, 1);
});

/** Passes the client's first bytes on one by one, the rest as it comes. */
async function inDrops(port: number, run: (port: number) => Promise<unknown>): Promise<void> {
  const between = createServer((client) => {
    const server = connect({ port, host: "127.0.0.1", noDelay: true });
    client.once("data", (first: Buffer) => {
      for (const byte of first) server.write(Uint8Array.of(byte));
      client.pipe(server);
    });
    server.pipe(client);
    for (const socket of [client, server]) {
      socket.on("error", () => {});
      socket.once("close", () => [client, server].forEach((each) => each.destroy()));
    }
  });
  await new Promise<void>((done) => between.listen(0, "127.0.0.1", done));
  try {
    await run((between.address() as { port: number }).port);
  } finally {
    await new Promise((done) => between.close(done));
  }
}

Deno.test("JA4 is read from the ClientHello in front of the handshake, in whatever pieces it comes", async () => {
  const handler = new TestHandler(answerText("ok"));
  await withListener(handler, { certificates: selector(shop), readsJa4: true }, async ({ port }) => {
    await handshake(port, { servername: "shop.test" });
    await inDrops(port, (drops) => handshake(drops, { servername: "shop.test" }));
    await handshake(port, { servername: "shop.test", ALPNProtocols: ["http/1.1"] });
    await handshake(port, { maxVersion: "TLSv1.2" });
  });
  const [whole, dropped, protocol, older] = handler.exchanges.map(({ connection }) => connection.ja4 ?? "");
  assert.match(whole!, /^t13d\d{4}00_[0-9a-f]{12}_[0-9a-f]{12}$/);
  assert.equal(dropped, whole);
  assert.match(protocol!, /^t13d\d{4}h1_/);
  assert.equal(protocol!.slice(10, 23), whole!.slice(10, 23), "the same ciphers");
  assert.match(older!, /^t12i/);
});

Deno.test("a ClientHello that the strict reader refuses is the runtime's to judge where nothing depends on it", async () => {
  const handler = new TestHandler(answerText("ok"));
  await withListener(handler, { certificates: selector(shop), readsJa4: true }, async ({ port }) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.once("close", () => resolve());
    socket.on("error", () => {});
    socket.resume();
    socket.write(Buffer.from("160301000501000001ff", "hex"));
    await promise;
    await handshake(port, { servername: "shop.test" });
  });
  assert.equal(handler.exchanges.length, 1);
});
