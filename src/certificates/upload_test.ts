import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import { AegisError } from "../core/errors.ts";
import { makeTestPki } from "../../tests/support/test_pki.ts";
import { readUpload } from "./upload.ts";

/** A little later, because what is made now may be valid from the next full second on. */
const NOW = Date.now() + 5_000;

function refusal(certificate: string, key: string, now = NOW): { field: string; text: string } {
  let thrown: unknown;
  try {
    readUpload({ certificate, key }, now);
  } catch (caught) {
    thrown = caught;
  }
  assert.ok(thrown instanceof AegisError);
  const [field] = thrown.fields;
  assert.ok(field?.remedy, "each refusal has its remedy");
  return { field: field.field, text: `${field.message}; ${field.remedy}` };
}

Deno.test("a chain in any order is put in order, without its root, and the key becomes PKCS #8", async () => {
  const pki = await makeTestPki();
  const read = readUpload({
    certificate: `Bag Attributes: none\n${pki.root.cert}${pki.intermediate.cert}\n\n${pki.server.cert}`,
    key: pki.server.key,
  }, NOW);
  assert.equal(read.certificatePem.match(/BEGIN CERTIFICATE/g)?.length, 2);
  assert.equal(read.facts.subject, "CN=app.test");
  assert.deepEqual(read.facts.names, ["app.test", "127.0.0.1"]);
  assert.equal(read.facts.keyType, "EC P-256");
  assert.match(read.keyPem, /^-----BEGIN PRIVATE KEY-----/);
  assert.deepEqual(read.warnings, []);
});

Deno.test("a missing intermediate is said, and the certificate is taken", async () => {
  const pki = await makeTestPki();
  const { warnings } = readUpload({ certificate: pki.server.cert, key: pki.server.key }, NOW);
  assert.match(warnings[0]!, /CN=Test Intermediate.*is missing/);
});

Deno.test("what does not fit is refused at its field, with what to do, and without the key's text", async () => {
  const pki = await makeTestPki();
  const { server, client, root, intermediate } = pki;
  assert.deepEqual(refusal(server.cert, client.key), {
    field: "key",
    text: "the key belongs to another certificate; upload the key that the certificate was requested with",
  });
  assert.match(refusal("rubbish", server.key).text, /no -----BEGIN CERTIFICATE-----/);
  assert.match(refusal(server.cert, "rubbish").text, /no -----BEGIN PRIVATE KEY-----/);
  assert.match(refusal(server.cert, server.cert).text, /a certificate stands where the key belongs/);
  assert.match(
    refusal(server.cert + server.key, server.key).text,
    /private key stands among the certificates/,
  );
  const broken = server.cert.replace(/\n[A-Za-z0-9+/]{8}/, "\nAAAAAAAA");
  assert.match(refusal(broken, server.key).text, /certificate 1 of 1 cannot be read/);
  assert.match(
    refusal(server.cert + intermediate.cert + client.cert, server.key).text,
    /is no part of the chain/,
  );
  assert.match(refusal(root.cert, server.key).text, /another certificate/);
  assert.match(refusal(server.cert, server.key, NOW + 30 * 86_400_000).text, /it has expired on/);
  assert.match(refusal(server.cert, pki.encryptedKey).text, /passphrase; .*openssl pkey/);
  const text = refusal(server.cert, server.key.replace(/\n[A-Za-z0-9+/]{30}/, "\nAAAA")).text;
  assert.match(text, /the key cannot be read/);
  assert.ok(!text.includes("AAAA"));
});

Deno.test("a weak RSA key is refused", async () => {
  const pki = await makeTestPki();
  assert.match(refusal(pki.weak.cert, pki.weak.key).text, /1024 bits is too weak/);
});

Deno.test("whatever byte of a certificate is changed, the upload ends in words and never in a throw from within", async () => {
  const { server, root } = await makeTestPki();
  const der = new X509Certificate(root.cert).raw;
  let unreadable = 0;
  for (let at = 0; at < der.length; at++) {
    const changed = Buffer.from(der);
    changed[at]! ^= 0x80;
    const pem = `-----BEGIN CERTIFICATE-----\n${changed.toString("base64")}\n-----END CERTIFICATE-----\n`;
    if (/certificate 2 cannot be read/.test(refusal(server.cert + pem, server.key).text)) unreadable++;
  }
  assert.ok(unreadable > 0);
});
