import { type Host, HOST_DEFAULTS } from "../core/host.ts";
import { type Target, TARGET_DEFAULTS } from "../core/target.ts";
import type { Database } from "./database.ts";
import { OpenedCache } from "./opened_cache.ts";

interface Row {
  readonly id: string;
  readonly host: string;
}

/** Hosts of the database. A domain that another host has makes insert and update throw `conflict`. */
export class HostTable {
  readonly #db: Database;
  readonly #opened = new OpenedCache<Host>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** All, in the order of their making. */
  list(): Host[] {
    return this.#db.all<Row>("SELECT id, host FROM hosts ORDER BY created_at, id").map((row) =>
      this.#open(row)
    );
  }

  get(id: string): Host | null {
    const row = this.#db.get<Row>("SELECT id, host FROM hosts WHERE id = ?", id);
    return row === undefined ? null : this.#open(row);
  }

  /** The host that lists exactly this domain (`*.example.com` matches only itself here). */
  byDomain(domain: string): Host | null {
    const row = this.#db.get<Row>(
      "SELECT id, host FROM hosts JOIN host_domains ON host_domains.host_id = hosts.id WHERE domain = ?",
      domain,
    );
    return row === undefined ? null : this.#open(row);
  }

  insert(host: Host): void {
    this.#db.transaction(() => {
      this.#db.run(
        "INSERT INTO hosts (id, enabled, version, created_at, updated_at, host) VALUES (?, ?, ?, ?, ?, ?)",
        host.id,
        host.enabled ? 1 : 0,
        host.version,
        host.created_at,
        host.updated_at,
        JSON.stringify(host),
      );
      this.#insertDomains(host);
    });
  }

  /** Replaces the host whose stored version is one below `host.version`. False: it is gone or was changed meanwhile. */
  update(host: Host): boolean {
    return this.#db.transaction(() => {
      const changed = this.#db.run(
        "UPDATE hosts SET enabled = ?, version = ?, updated_at = ?, host = ? WHERE id = ? AND version = ?",
        host.enabled ? 1 : 0,
        host.version,
        host.updated_at,
        JSON.stringify(host),
        host.id,
        host.version - 1,
      );
      if (changed === 0) return false;
      this.#db.run("DELETE FROM host_domains WHERE host_id = ?", host.id);
      this.#insertDomains(host);
      return true;
    });
  }

  /** Takes its bans and exceptions along. False: there was none. */
  delete(id: string): boolean {
    this.#opened.delete(id);
    return this.#db.transaction(() => {
      if (this.#db.run("DELETE FROM hosts WHERE id = ?", id) === 0) return false;
      this.#db.run("DELETE FROM bans WHERE host_id = ?", id);
      this.#db.run("DELETE FROM canary_rollbacks WHERE host_id = ?", id);
      this.#db.run("DELETE FROM api_schemas WHERE host_id = ?", id);
      this.#db.run("DELETE FROM exceptions WHERE host_id = ?", id);
      this.#db.run("DELETE FROM evidence WHERE host_id = ?", id);
      return true;
    });
  }

  #open(row: Row): Host {
    return this.#opened.of(row.id, row.host, () => toHost(row.host));
  }

  #insertDomains(host: Host): void {
    for (const domain of host.domains) {
      this.#db.run("INSERT INTO host_domains (domain, host_id) VALUES (?, ?)", domain, host.id);
    }
  }
}

function toHost(text: string): Host {
  const stored = JSON.parse(text) as Host;
  const targets = stored.targets.map(withDefaults);
  return {
    ...HOST_DEFAULTS,
    ...stored,
    certificate: certificateOf(stored),
    waf: { ...HOST_DEFAULTS.waf, ...stored.waf },
    canary: { ...HOST_DEFAULTS.canary, ...stored.canary },
    adaptive: { ...HOST_DEFAULTS.adaptive, ...stored.adaptive },
    response_filter: { ...HOST_DEFAULTS.response_filter, ...stored.response_filter },
    file_scan: { ...HOST_DEFAULTS.file_scan, ...stored.file_scan },
    error_pages: { ...HOST_DEFAULTS.error_pages, ...stored.error_pages },
    bots: {
      ...HOST_DEFAULTS.bots,
      ...stored.bots,
      robots: { ...HOST_DEFAULTS.bots.robots, ...stored.bots?.robots },
    },
    timeouts: { ...HOST_DEFAULTS.timeouts, ...stored.timeouts },
    client_auth: { ...HOST_DEFAULTS.client_auth, ...stored.client_auth },
    mtls_upstream: { ...HOST_DEFAULTS.mtls_upstream, ...stored.mtls_upstream },
    targets,
    paths: (stored.paths ?? []).map((path) => ({ ...path, targets: path.targets.map(withDefaults) })),
  };
}

/** `custom` without naming one was another word for `auto` before certificates could be uploaded. */
function certificateOf({ certificate, certificate_id }: Host): Host["certificate"] {
  return certificate === "custom" && (certificate_id ?? null) === null ? "auto" : certificate;
}

function withDefaults(target: Target): Target {
  return { ...TARGET_DEFAULTS, ...target };
}
