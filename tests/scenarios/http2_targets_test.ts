import assert from "node:assert/strict";
import { join } from "node:path";
import { ask } from "../support/http_client.ts";
import { type InProcess, startInProcess } from "../support/in_process.ts";
import { startNodeApplication } from "../support/npm_application.ts";
import { makeTestPki } from "../support/test_pki.ts";

const SCRIPT = join(import.meta.dirname!, "http2_target_node.mjs");
const MIB = 1_048_576;

/** What a real server of HTTP/2 is asked for through Aegis, by clients of HTTP/1.1. */
async function checkAll(aegis: InProcess, host: string, scheme: string): Promise<void> {
  const port = aegis.httpPort;
  const seen = JSON.parse((await ask({ port, host, path: "/a?b=c", headers: { cookie: "a=b" } })).text);
  assert.equal(seen.headers[":authority"], host);
  assert.equal(seen.headers[":scheme"], scheme);
  assert.equal(seen.headers[":path"], "/a?b=c");
  assert.equal(seen.headers.cookie, "a=b");
  assert.equal(seen.headers["x-forwarded-for"], "127.0.0.1");
  assert.equal(seen.headers.connection, undefined);

  const body = new Uint8Array(4 * MIB).map((_, i) => 97 + i % 26);
  const echoed = await ask({ port, host, path: "/echo", method: "POST", body });
  assert.equal(echoed.text.length, body.length);
  assert.equal(echoed.headers["x-length"], String(body.length));
  const download = await ask({ port, host, path: `/bytes/${8 * MIB}` });
  assert.equal(download.text.length, 8 * MIB);

  // More at once than the server has streams: further connections, and no failure.
  const many = await Promise.all(Array.from({ length: 100 }, () => ask({ port, host, path: "/" })));
  assert.ok(many.every(({ status }) => status === 200));

  // The server says GOAWAY again and again while others ask.
  const during = await Promise.all(
    Array.from({ length: 100 }, (_, i) => ask({ port, host, path: i % 40 === 0 ? "/leave" : "/" })),
  );
  assert.deepEqual(during.filter(({ status }) => status !== 200).length, 0);
}

Deno.test("real servers of HTTP/2 are targets: by prior knowledge, and over TLS by ALPN", async () => {
  const pki = await makeTestPki();
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const [cert, key] = [join(dir, "cert.pem"), join(dir, "key.pem")];
  await Deno.writeTextFile(cert, pki.server.cert + pki.intermediate.cert);
  await Deno.writeTextFile(key, pki.server.key);
  const clear = await startNodeApplication((port) => [SCRIPT, "h2c", String(port)]);
  const secure = await startNodeApplication((port) => [SCRIPT, "h2", String(port), cert, key]);
  const secureUrl = secure.url.replace("http:", "https:");
  const aegis = await startInProcess(`l4_conn_limit: 0
hosts:
  - { domains: [clear.test], targets: [{ url: "${clear.url}", protocol: h2 }] }
  - { domains: [wrong.test], targets: [{ url: "${clear.url}" }] }
`);
  try {
    const mtls_upstream = { ca: pki.root.cert };
    await aegis.perform("hosts.create", {
      host: { domains: ["secure.test"], targets: [{ url: secureUrl, protocol: "h2" }], mtls_upstream },
    });
    await checkAll(aegis, "clear.test", "http");
    await checkAll(aegis, "secure.test", "https");
    const tried = await aegis.perform("hosts.test_tls", { id: "secure.test" });
    assert.deepEqual([tried.verified, tried.protocol], [true, "h2"], tried.text);
    assert.match((await aegis.perform("hosts.test", { id: "secure.test" })).text, /answered 200/);
    assert.equal((await ask({ port: aegis.httpPort, host: "wrong.test", path: "/" })).status, 502);
  } finally {
    await aegis.stop();
    await clear.stop();
    await secure.stop();
    await Deno.remove(dir, { recursive: true });
  }
});
