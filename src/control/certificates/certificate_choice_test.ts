import assert from "node:assert/strict";
import { type Host, HOST_DEFAULTS } from "../../core/host.ts";
import type { StoredCertificate } from "../../store/certificates.ts";
import { chooseCertificates, covers } from "./certificate_choice.ts";

const NOW = 1_000_000;

function host(id: string, domains: string[], rest: Partial<Host> = {}): Host {
  const identity = {
    id,
    domains,
    targets: [],
    origin: "database" as const,
    created_at: 0,
    updated_at: 0,
    version: 1,
  };
  return { ...HOST_DEFAULTS, ...identity, ...rest };
}

function stored(id: string, names: string[], notAfter = NOW + 1): StoredCertificate {
  return { id, names, notAfter, origin: "custom", certificatePem: id, keyPem: id, createdAt: 0 };
}

/** `certificate: names it is chosen for`, and what is left to the local CA. */
function chosen(hosts: Host[], certificates: StoredCertificate[]) {
  const { certificates: pairs, left } = chooseCertificates(hosts, certificates, NOW);
  return {
    pairs: Object.fromEntries(pairs.map(({ id, serves }) => [id, serves])),
    left: Object.fromEntries(left),
  };
}

Deno.test("a wildcard stands for one label, and covers a wildcard domain of the same name", () => {
  assert.ok(covers("a.test", "a.test") && covers("*.a.test", "b.a.test") && covers("*.a.test", "*.a.test"));
  assert.ok(
    !covers("*.a.test", "a.test") && !covers("*.a.test", "c.b.a.test") && !covers("*.test", "*.a.test"),
  );
});

Deno.test("each domain gets the stored certificate that fits and lasts longest, the others are left to the local CA", () => {
  const hosts = [
    host("h1", ["shop.test", "www.shop.test", "other.test"]),
    host("h2", ["off.test"], { enabled: false }),
  ];
  const certificates = [
    stored("short", ["shop.test", "*.shop.test", "off.test"], NOW + 10),
    stored("long", ["shop.test"], NOW + 20),
    stored("over", ["other.test"], NOW),
  ];
  assert.deepEqual(chosen(hosts, certificates), {
    pairs: { long: ["shop.test"], short: ["www.shop.test"] },
    left: { h1: ["other.test"] },
  });
});

Deno.test("what a host is bound to comes before what fits, whatever its names and its end", () => {
  const hosts = [
    host("h1", ["shop.test"], { certificate: "custom", certificate_id: "bound" }),
    host("h2", ["gone.test"], { certificate: "custom", certificate_id: "not-there" }),
    host("h3", ["none.test"], { certificate: "none" }),
  ];
  const certificates = [stored("fits", ["shop.test", "none.test"]), stored("bound", ["b.test"], NOW - 1)];
  assert.deepEqual(chosen(hosts, certificates), {
    pairs: { bound: ["shop.test"] },
    left: { h2: ["gone.test"] },
  });
  const [pair] = chooseCertificates(hosts, certificates, NOW).certificates;
  assert.deepEqual(pair!.names, ["b.test", "shop.test"], "its own names, so that a shared connection passes");
});
