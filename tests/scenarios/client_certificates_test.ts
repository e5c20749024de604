import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { Buffer } from "node:buffer";
import tls from "node:tls";
import { ask } from "../support/http_client.ts";
import { startInProcess } from "../support/in_process.ts";
import { listenerPort } from "../support/listener_port.ts";
import { localCa } from "../support/local_trust.ts";
import { until } from "../support/until.ts";
import { makeTestPki, type TestPair } from "../support/test_pki.ts";

interface Visit {
  readonly host: string;
  /** Name of the handshake; the host's own where absent. */
  readonly serverName?: string;
  /** Certificate and key to show, with the chain behind it. */
  readonly pair?: TestPair;
  readonly chain?: string;
  readonly headers?: Record<string, string>;
}

/** One request over TLS on a connection of its own. */
function visit(port: number, ca: string, what: Visit): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = https.request({
      host: "127.0.0.1",
      port,
      servername: what.serverName ?? what.host,
      ca,
      headers: { host: what.host, ...what.headers },
      agent: false,
      ...(what.pair === undefined ? {} : { cert: what.pair.cert + (what.chain ?? ""), key: what.pair.key }),
    }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode!, text }));
    });
    request.on("error", reject);
    request.end();
  });
}

/** A handshake that may resume a session; resolves to the session and the status of one request. */
function resuming(port: number, ca: string, pair: TestPair, chain: string, session?: Buffer) {
  return new Promise<{ session: Buffer | undefined; reused: boolean; status: string }>((resolve, reject) => {
    const socket = tls.connect({
      host: "127.0.0.1",
      port,
      servername: "door.test",
      ca,
      cert: pair.cert + chain,
      key: pair.key,
      ...(session === undefined ? {} : { session }),
    });
    let next: Buffer | undefined;
    let text = "";
    let reused = false;
    socket.on("session", (each: Buffer) => next = each);
    socket.on("error", reject);
    socket.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
    socket.on("close", () => resolve({ session: next, reused, status: text.split(" ")[1] ?? "" }));
    socket.on("secureConnect", () => {
      reused = socket.isSessionReused();
      socket.write("GET / HTTP/1.1\r\nhost: door.test\r\nconnection: close\r\n\r\n");
    });
  });
}

Deno.test("a host's door takes certificates of its own authorities, revoked ones not, and tells the target who came", async () => {
  const pki = await makeTestPki();
  const target = http.createServer((request, response) => {
    response.end(
      JSON.stringify([request.headers["x-subject"] ?? null, request.headers["x_subject"] ?? null]),
    );
  });
  await new Promise<void>((done) => target.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  const indented = (pem: string) => pem.trim().split("\n").map((line) => `        ${line}\n`).join("");
  const host = (domain: string, mode: string, more = "") => `
  - domains: [${domain}]
    targets: [{ url: "${url}" }]
    client_auth:
      mode: ${mode}
${more}`;
  const settings = `      subject_header: X-Subject
      ca: |
${indented(pki.root.cert)}      crl: |
${indented(pki.crl)}`;
  const aegis = await startInProcess(
    `hosts:${host("open.test", "off")}${host("door.test", "require", settings)}${
      host("maybe.test", "request", settings)
    }`,
  );
  try {
    const port = await listenerPort(aegis, "https");
    const ca = await localCa(aegis);
    const chain = pki.intermediate.cert;
    const go = (what: Visit) => visit(port, ca, what);
    const forged = { "x-subject": "CN=root", "x_subject": "CN=root" };

    const let_in = await go({ host: "door.test", pair: pki.client, chain, headers: forged });
    assert.deepEqual(let_in, { status: 200, text: '["CN=client, O=Test",null]' });
    const refused: [string, Visit][] = [
      ["no certificate", { host: "door.test" }],
      ["of another authority", { host: "door.test", pair: pki.stranger }],
      ["revoked", { host: "door.test", pair: pki.revoked, chain }],
      ["without the chain to the authority", { host: "door.test", pair: pki.client }],
    ];
    for (const [name, what] of refused) assert.equal((await go(what)).status, 403, name);

    assert.deepEqual(await go({ host: "maybe.test", headers: forged }), { status: 200, text: "[null,null]" });
    assert.equal((await go({ host: "maybe.test", pair: pki.revoked, chain })).text, "[null,null]");
    assert.equal(
      (await go({ host: "maybe.test", pair: pki.client, chain })).text,
      '["CN=client, O=Test",null]',
    );
    // Where nobody asks the field is the client's own affair.
    assert.equal((await go({ host: "open.test", headers: { "x-subject": "me" } })).text, '["me",null]');

    // A connection that was made for one door passes no other (RFC 9110, 7.4).
    const cases: [string, string][] = [["open.test", "door.test"], ["maybe.test", "door.test"], [
      "door.test",
      "open.test",
    ]];
    for (const [serverName, name] of cases) {
      const answer = await go({ host: name, serverName, pair: pki.client, chain });
      assert.equal(answer.status, 421, `${serverName} to ${name}`);
    }
    // In the clear nobody can show one.
    assert.equal((await ask({ port: aegis.httpPort, host: "door.test", path: "/" })).status, 403);

    const first = await resuming(port, ca, pki.client, chain);
    assert.equal(first.status, "200");
    const second = await resuming(port, ca, pki.client, chain, first.session);
    assert.equal(second.status, "200", "a resumed session is known by the certificate of the first");

    await until("the refusals stand in the log", async () => {
      const rows = JSON.stringify(await aegis.perform("traffic.query", { host: "door.test" }));
      return rows.includes("access_denied") ? rows : null;
    });
  } finally {
    await aegis.stop();
    target.closeAllConnections();
    await new Promise<void>((done) => target.close(() => done()));
  }
});

Deno.test("require without an authority is refused, and so are lists that are none", async () => {
  const aegis = await startInProcess("");
  try {
    const make = (client_auth: object) =>
      aegis.perform("hosts.create", {
        host: { domains: ["door.test"], targets: [{ url: "http://127.0.0.1:9" }], client_auth },
      });
    await assert.rejects(make({ mode: "require" }), /no authority is named/);
    await assert.rejects(make({ mode: "require", ca: "rubbish" }), /BEGIN CERTIFICATE/);
    const { root } = await makeTestPki();
    await assert.rejects(
      make({ mode: "require", ca: root.cert, crl: root.cert }),
      /stands among the revocation lists/,
    );
    await assert.rejects(
      make({ mode: "require", ca: root.cert, subject_header: "x y" }),
      /no name of a header/,
    );
  } finally {
    await aegis.stop();
  }
});
