import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { type Host, HOST_DEFAULTS } from "../core/host.ts";
import type { Rule } from "../core/rule.ts";
import { openStore, type Store } from "./store.ts";
import { openVault } from "./vault.ts";

const NOW = 1_760_000_000_000;
const KEY = "0123456789abcdef".repeat(4);

function withStore(run: (store: Store, path: string) => void): void {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/aegis.db`;
  const store = openStore({ path, vault: openVault({ dataDir: folder, envKey: KEY }) });
  try {
    run(store, path);
  } finally {
    store.close();
    Deno.removeSync(folder, { recursive: true });
  }
}

function host(id: string, domains: string[], over: Partial<Host> = {}): Host {
  return {
    id,
    domains,
    ...HOST_DEFAULTS,
    targets: [{
      id: `${id}-t`,
      url: "http://127.0.0.1:3000",
      weight: 1,
      backup: false,
      role: "primary",
      verify_tls: true,
      protocol: "http1",
    }],
    origin: "database",
    created_at: NOW,
    updated_at: NOW,
    version: 1,
    ...over,
  };
}

Deno.test("a host comes back as it went in and is found by its domains", () =>
  withStore((store) => {
    const shop = host("h1", ["shop.example.com", "*.shop.example.com"]);
    store.hosts.insert(shop);
    deepEqual(store.hosts.get("h1"), shop);
    deepEqual(store.hosts.list(), [shop]);
    equal(store.hosts.byDomain("*.shop.example.com")?.id, "h1");
    equal(store.hosts.byDomain("www.shop.example.com"), null);
    equal(store.hosts.get("h2"), null);
  }));

Deno.test("a host of a version before uploads that says custom is read as what it meant", () =>
  withStore((store) => {
    const { certificate_id: _, ...before } = host("h1", ["a.test"], { certificate: "custom" });
    store.hosts.insert(before as Host);
    store.hosts.insert(host("h2", ["b.test"], { certificate: "custom", certificate_id: "certificate-1" }));
    deepEqual(store.hosts.list().map(({ certificate }) => certificate), ["auto", "custom"]);
  }));

Deno.test("a domain belongs to one host: a second one is refused and nothing of it stays", () =>
  withStore((store) => {
    store.hosts.insert(host("h1", ["a.example.com"]));
    throws(() => store.hosts.insert(host("h2", ["b.example.com", "a.example.com"])), { code: "conflict" });
    equal(store.hosts.get("h2"), null);
    store.hosts.insert(host("h2", ["b.example.com"]));
    throws(() => store.hosts.update(host("h2", ["a.example.com"], { version: 2 })), { code: "conflict" });
    deepEqual(store.hosts.get("h2")?.domains, ["b.example.com"]);
    ok(store.hosts.delete("h1"));
    equal(store.hosts.update(host("h2", ["a.example.com"], { version: 2 })), true);
  }));

Deno.test("an update over another update is seen", () =>
  withStore((store) => {
    store.hosts.insert(host("h1", ["a.example.com"]));
    equal(store.hosts.update(host("h1", ["b.example.com"], { version: 2 })), true);
    equal(store.hosts.update(host("h1", ["c.example.com"], { version: 2 })), false);
    equal(store.hosts.byDomain("a.example.com"), null);
    equal(store.hosts.byDomain("b.example.com")?.version, 2);
  }));

Deno.test("people have unique names without regard to case, and their sessions go with them", () =>
  withStore((store) => {
    const ada = {
      id: "u1",
      name: "Ada",
      email: "",
      role: "owner" as const,
      enabled: true,
      passwordHash: "$argon2id$",
      createdAt: NOW,
      updatedAt: NOW,
      lastSeenAt: null,
    };
    store.users.insert(ada);
    throws(() => store.users.insert({ ...ada, id: "u2", name: "ADA" }), { code: "conflict" });
    deepEqual(store.users.byName("ada"), ada);
    store.users.seen("u1", NOW + 5);
    ok(store.users.update({ ...ada, role: "viewer", enabled: false, updatedAt: NOW + 1 }));
    deepEqual(store.users.get("u1"), {
      ...ada,
      role: "viewer",
      enabled: false,
      updatedAt: NOW + 1,
      lastSeenAt: NOW + 5,
    });
    const session = {
      id: "s1",
      userId: "u1",
      tokenHash: "00",
      address: "127.0.0.1",
      userAgent: "test",
      createdAt: NOW,
      lastSeenAt: NOW,
      idleExpiresAt: NOW + 10,
      expiresAt: NOW + 100,
    };
    store.sessions.insert(session);
    store.sessions.insert({ ...session, id: "s2", tokenHash: "01" });
    store.sessions.touch("s1", NOW + 1, NOW + 50);
    deepEqual(store.sessions.byTokenHash("00"), { ...session, lastSeenAt: NOW + 1, idleExpiresAt: NOW + 50 });
    equal(store.sessions.deleteExpired(NOW + 10), 1);
    deepEqual(store.sessions.list("u1").map((each) => each.id), ["s1"]);
    ok(store.users.delete("u1"));
    deepEqual(store.sessions.list(), []);
    equal(store.users.count(), 0);
  }));

Deno.test("settings are empty at first, then what was set last", () =>
  withStore((store) => {
    deepEqual(store.settings.get(), {});
    store.settings.set({ waf: { paranoia_level: 2 } });
    store.settings.set({ waf: { paranoia_level: 3 } });
    deepEqual(store.settings.get(), { waf: { paranoia_level: 3 } });
  }));

Deno.test("bans in force are listed and searched, those that are over leave", () =>
  withStore((store) => {
    const ban = {
      id: "b1",
      network: "203.0.113.0/24",
      hostId: null,
      expiresAt: null,
      reason: "scans",
      origin: "operator" as const,
      createdAt: NOW,
      createdBy: "Ada",
    };
    store.bans.insert(ban);
    store.bans.insert({ ...ban, id: "b2", network: "198.51.100.7", expiresAt: NOW + 10, createdAt: NOW + 1 });
    deepEqual(store.bans.list(NOW).map((each) => each.id), ["b2", "b1"]);
    deepEqual(store.bans.list(NOW, { q: "203.0" }).map((each) => each.id), ["b1"]);
    deepEqual(store.bans.list(NOW, { q: "%" }).map((each) => each.id), []);
    deepEqual(store.bans.list(NOW + 10).map((each) => each.id), ["b1"]);
    equal(store.bans.deleteExpired(NOW + 10), 1);
    store.bans.hit({ id: "b1", answered: 2, dropped: 3 }, NOW + 5);
    deepEqual(store.bans.get("b1"), { ...ban, answered: 2, dropped: 3, lastHitAt: NOW + 5 });
    ok(store.bans.delete("b1"));
  }));

Deno.test("exceptions keep absent fields absent, and leave with their host", () =>
  withStore((store) => {
    store.hosts.insert(host("h1", ["a.example.com"]));
    const made = { createdAt: NOW, createdBy: "Ada" };
    const everywhere = { id: "e1", ruleId: "sqli-120", ...made };
    const narrow = {
      id: "e2",
      ruleId: "sqli-120",
      hostId: "h1",
      path: "/search*",
      targets: ["args:q"],
      note: "search",
      ...made,
    };
    store.exceptions.insert(everywhere);
    store.exceptions.insert(narrow);
    store.exceptions.insert({ ...narrow, id: "e3", hostId: "of-the-file" });
    store.exceptions.delete("e3");
    deepEqual(store.exceptions.get("e1"), everywhere);
    deepEqual(store.exceptions.list("h1"), [narrow]);
    store.hosts.delete("h1");
    deepEqual(store.exceptions.list(), [everywhere]);
  }));

Deno.test("rule switches and custom rules are set, replaced and taken back", () =>
  withStore((store) => {
    store.ruleSwitches.set("sqli-120", "off");
    store.ruleSwitches.set("sqli-120", "detect");
    store.ruleSwitches.set("xss", "block");
    deepEqual(store.ruleSwitches.all(), { "sqli-120": "detect", xss: "block" });
    store.ruleSwitches.set("xss", "inherit");
    deepEqual(store.ruleSwitches.all(), { "sqli-120": "detect" });

    const rule = { id: "own-1", name: "one", match: { regex: "x" } } as unknown as Rule;
    store.customRules.put({ rule, definition: "a: 1", createdAt: NOW, updatedAt: NOW });
    store.customRules.put({ rule, definition: "a: 2", createdAt: NOW + 9, updatedAt: NOW + 9 });
    deepEqual(store.customRules.get("own-1"), {
      rule,
      definition: "a: 2",
      createdAt: NOW,
      updatedAt: NOW + 9,
    });
    ok(store.customRules.delete("own-1"));
    deepEqual(store.customRules.list(), []);
  }));

Deno.test("certificate keys and secrets come back, and their plain text is nowhere in the file", () =>
  withStore((store, path) => {
    const certificate = {
      id: "c1",
      names: ["a.example.com"],
      certificatePem: "-----BEGIN CERTIFICATE-----",
      keyPem: "-----BEGIN PRIVATE KEY----- hush",
      origin: "custom",
      notAfter: NOW,
      createdAt: NOW,
    };
    store.certificates.put(certificate);
    store.secrets.set("setup-token", "hush-hush");
    deepEqual(store.certificates.get("c1"), certificate);
    deepEqual(store.certificates.list(), [certificate]);
    equal(store.secrets.get("setup-token"), "hush-hush");
    equal(store.secrets.get("other"), null);
    for (const file of [path, `${path}-wal`]) {
      ok(!new TextDecoder("latin1").decode(Deno.readFileSync(file)).includes("hush"), file);
    }
    ok(store.bytes() > 0);
  }));

Deno.test("a database is not opened with another vault key, and says how to get the right one back", () =>
  withStore((_, path) => {
    const vault = openVault({ dataDir: "/nonexistent", envKey: KEY.replace("0", "f") });
    throws(() => openStore({ path, vault }), (thrown: AegisError) => {
      equal(thrown.code, "config_refused");
      equal(thrown.message, "the vault key does not fit this database");
      return thrown.privateText.includes("AEGIS_SECRET_KEY");
    });
  }));

Deno.test("what a failed transaction did is undone in every noun", () =>
  withStore((store) => {
    throws(() =>
      store.transaction(() => {
        store.hosts.insert(host("h1", ["a.example.com"]));
        store.settings.set({ a: 1 });
        throw new Error("no");
      }), /no/);
    deepEqual(store.hosts.list(), []);
    deepEqual(store.settings.get(), {});
  }));
