import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { AegisError } from "../core/errors.ts";
import { makeControl } from "../../tests/support/make_control.ts";
import { publishAll } from "./publish_all.ts";
import { nobody } from "./operation.ts";
import { CertificateRenewal } from "./certificates/certificate_renewal.ts";
import { upkeep } from "./upkeep.ts";

const DAY_MS = 86_400_000;
const AT_ONCE = { pauseMs: 0, calmMs: 0 };
const SHOP = { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] };

Deno.test("certificates near their end are renewed and sent, and nothing is sent while all are good", async () => {
  const made = await makeControl();
  try {
    await made.do("hosts.create", { host: SHOP });
    const admin = made.control.adminCertificate().certificatePem;
    await upkeep(made.control, new CertificateRenewal(made.control, AT_ONCE));
    assert.equal(made.sent.length, 1);
    made.clock.advance(340 * DAY_MS);
    await upkeep(made.control, new CertificateRenewal(made.control, AT_ONCE));
    assert.equal(made.sent.length, 3, "the challenge's key of the day, then the certificates");
    assert.notEqual(
      made.sent[2]!.certificates[0]!.certificatePem,
      made.sent[0]!.certificates[0]!.certificatePem,
    );
    assert.notEqual(made.control.adminCertificate().certificatePem, admin);
  } finally {
    await made.close();
  }
});

Deno.test("sessions and bans that are over leave the database", async () => {
  const made = await makeControl();
  try {
    const password = "wandering lilac turbine";
    await made.do("setup.user", { name: "mira", password });
    await made.do("auth.login", { name: "mira", password }, nobody("192.0.2.1"));
    await made.do("bans.create", { network: "192.0.2.9", seconds: 60 });
    made.clock.advance(8 * DAY_MS);
    await upkeep(made.control, new CertificateRenewal(made.control, AT_ONCE));
    assert.deepEqual(made.store.sessions.list(), []);
    assert.deepEqual(made.store.bans.list(0), []);
  } finally {
    await made.close();
  }
});

Deno.test("the CA signs for hosts and administration at once, and asking for one does not take the other away", async () => {
  const made = await makeControl();
  try {
    await made.do("hosts.create", { host: SHOP });
    const { fingerprint } = made.control.localCa;
    const admin = made.control.adminCertificate().certificatePem;
    await publishAll(made.control);
    assert.equal(made.control.localCa.fingerprint, fingerprint);
    // Hosts stand in the order of their making.
    made.clock.advance(1);
    await made.do("hosts.create", { host: { ...SHOP, domains: ["other.example"] } });
    assert.notEqual(made.control.localCa.fingerprint, fingerprint);
    const root = new X509Certificate(made.control.localCa.certificatePem);
    const signed = () =>
      made.sent.at(-1)!.certificates.map((pair) =>
        new X509Certificate(pair.certificatePem).checkIssued(root)
      );
    assert.deepEqual(signed(), [false, true], "the new one only: nobody waits for the others");
    await new CertificateRenewal(made.control, AT_ONCE).run();
    assert.deepEqual(signed(), [true, true]);
    // Who trusted the administration at the setup goes on doing so; the bundle holds both.
    assert.equal(made.control.adminCertificate().certificatePem, admin);
    const { content, ca_fingerprint } = await made.do("system.trust_bundle", {});
    assert.equal(ca_fingerprint, fingerprint);
    assert.match(new TextDecoder().decode(Uint8Array.fromBase64(content)), /aegis-ca-hosts\.crt/);
  } finally {
    await made.close();
  }
});

Deno.test("a snapshot that gateways refuse after it was stored is said to be stored", async () => {
  const made = await makeControl({
    parts: { send: () => Promise.reject(new AegisError("unavailable", "port 80 is taken")) },
  });
  try {
    await assert.rejects(
      made.do("hosts.create", { host: SHOP }),
      /stored, but not in force yet: port 80 is taken/,
    );
    assert.equal(made.store.hosts.list().length, 1);
  } finally {
    await made.close();
  }
});
