import assert from "node:assert/strict";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { ask } from "../support/http_client.ts";
import { startInProcess } from "../support/in_process.ts";
import { listenerPort } from "../support/listener_port.ts";
import { makeTestPki, type TestPki } from "../support/test_pki.ts";

/** An application over TLS that wants a certificate of the test's CA; answers with who came. */
async function startStrictTarget(pki: TestPki): Promise<{ port: number; close(): Promise<void> }> {
  const { server: pair, intermediate, root } = pki;
  const options = {
    cert: pair.cert + intermediate.cert,
    key: pair.key,
    ca: root.cert,
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server = https.createServer(options, (request, response) => {
    response.end(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

Deno.test("an uploaded certificate serves its host, by choice or by name, and cannot be deleted while bound", async () => {
  const pki = await makeTestPki();
  const aegis = await startInProcess("");
  try {
    const port = await listenerPort(aegis, "https");
    const certificate = pki.server.cert + pki.intermediate.cert;
    const upload = { certificate, key: pki.server.key };
    const target = { url: "http://127.0.0.1:1" };
    const unbound = { domains: ["app.test"], targets: [target], certificate: "custom" as const };
    await assert.rejects(aegis.perform("hosts.create", { host: unbound }), /names no certificate/);
    await assert.rejects(
      aegis.perform("hosts.create", { host: { ...unbound, certificate_id: "certificate-gone" } }),
      /there is no certificate/,
    );
    await assert.rejects(
      aegis.perform("certificates.upload", { certificate, key: pki.client.key }),
      /none of these certificates/,
    );

    const { id, warnings } = await aegis.perform("certificates.upload", upload);
    assert.deepEqual(warnings, []);
    const host = await aegis.perform("hosts.create", { host: { ...unbound, certificate_id: id } });
    // The chain verifies by the test's root: it is the uploaded one. The target is nowhere.
    const trusted = { port, host: "app.test", path: "/", ca: pki.root.cert };
    assert.equal((await ask(trusted)).status, 502);
    const listed = (await aegis.perform("certificates.list", {}))[0]!;
    assert.deepEqual(listed.used_by, [{ host_id: host.id, host_name: "app.test", as: "bound" }]);
    assert.equal(listed.chain_length, 2);
    await assert.rejects(aegis.perform("certificates.delete", { id }), /is used by app\.test/);

    await aegis.perform("hosts.update", { id: host.id, host: { certificate: "auto" } });
    assert.equal((await ask(trusted)).status, 502, "chosen because its name fits");
    const matching = await aegis.perform("certificates.show", { id });
    assert.deepEqual(matching.used_by.map(({ as }) => as), ["matching"]);
    assert.equal(matching.chain[1]?.subject, "CN=Test Intermediate");
    assert.ok(!JSON.stringify(matching).includes("PRIVATE KEY"));

    const again = await aegis.perform("certificates.upload", { ...upload, id });
    assert.equal(again.id, id, "a renewed one keeps its place");
    await aegis.perform("certificates.delete", { id });
    await assert.rejects(ask(trusted), /certificate|issuer/i);
  } finally {
    await aegis.stop();
  }
});

Deno.test("targets get the host's client certificate, are believed by its CA alone, and verified by its name", async () => {
  const pki = await makeTestPki();
  const target = await startStrictTarget(pki);
  const aegis = await startInProcess("");
  try {
    const host = await aegis.perform("hosts.create", {
      host: { domains: ["shop.test"], targets: [{ url: `https://localhost:${target.port}` }] },
    });
    const get = () => ask({ port: aegis.httpPort, host: "shop.test", path: "/" });
    const trial = () => aegis.perform("hosts.test_tls", { id: host.id });
    assert.equal((await get()).status, 502);
    const stranger = await trial();
    assert.equal(stranger.verified, false);
    assert.match(stranger.text, /client certificate/);
    const subjects = stranger.chain.map(({ subject }) => subject);
    assert.deepEqual(subjects.slice(0, 2), ["CN=app.test", "CN=Test Intermediate"]);

    const { id: certificate_id } = await aegis.perform("certificates.upload", {
      certificate: pki.client.cert + pki.intermediate.cert,
      key: pki.client.key,
    });
    const patch = (mtls_upstream: Record<string, string>) =>
      aegis.perform("hosts.update", { id: host.id, host: { mtls_upstream } });
    await patch({ certificate_id });
    assert.match((await trial()).text, /nobody who is believed has signed it/);
    await patch({ ca: pki.root.cert });
    assert.match((await trial()).text, /certificate for app\.test, 127\.0\.0\.1, not for localhost/);
    assert.equal((await get()).status, 502, "the name is verified");
    await patch({ server_name: "app.test" });
    const good = await trial();
    assert.deepEqual([good.reachable, good.verified], [true, true], good.text);
    const answer = await get();
    assert.deepEqual([answer.status, answer.text], [200, "client"]);

    await patch({ ca: pki.stranger.cert });
    assert.equal(
      (await get()).status,
      502,
      "another authority is not believed, on an old connection neither",
    );
    await assert.rejects(patch({ ca: "rubbish" }), /BEGIN CERTIFICATE/);
  } finally {
    await aegis.stop();
    await target.close();
  }
});
