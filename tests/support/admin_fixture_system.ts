import type { OperationOutput } from "../../src/control/operation.ts";
import { DEFAULT_SERVER_SETTINGS } from "../../src/core/snapshot.ts";
import { DAY, HOSTILE, NOW } from "./admin_fixture_data.ts";

/** Invented settings and state of the machine. */

export function settings(): OperationOutput<"settings.get"> {
  return {
    waf: {
      paranoia_level: 1,
      threshold: 5,
      inspect_body_bytes: 131_072,
      inspect_total_bytes: 67_108_864,
      auto_blacklist_min_severity: "high",
      auto_blacklist_action: "timeout",
      auto_blacklist_scope: "host",
      auto_blacklist_timeout_seconds: 3_600,
      rule_set_keys: [],
    },
    server: { ...DEFAULT_SERVER_SETTINGS },
    log: { retention_days: 30, max_size: 5_000_000_000 },
    upstreams: { allow_private: true },
    proxies: { trusted: [], cdn: [], auto_trust: false },
    ban_answer: "403",
    challenge: { mode: "managed" },
    bots: { action: "challenge", agents: [], refresh_lists: true, ai_list_url: "" },
    file_scan: { clamd: "127.0.0.1:3310", max_bytes: 26_214_400, timeout_ms: 30_000 },
    default_site: { kind: "421" },
    whitelist_cidrs: ["192.0.2.0/24"],
    blacklist_cidrs: [],
    blocked_countries: ["KP"],
    allowed_countries: [],
    toggles: { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
    l4_conn_limit: 0,
    l7_rate_limit: 100,
    l7_burst_limit: 150,
  };
}

export function status(): OperationOutput<"system.status"> {
  return {
    version: "0.1.0",
    form: "source",
    commit: "5f93b29",
    built_at: "2026-11-22",
    deno: "2.9.6",
    v8: "15.0",
    ruleset_version: "2026.11",
    started_at: NOW - 3 * DAY,
    threads: [
      { kind: "control", index: 0, state: "ready", restarts: 0 },
      { kind: "gateway", index: 0, state: "ready", restarts: 0 },
      { kind: "gateway", index: 1, state: "ready", restarts: 2 },
      { kind: "recorder", index: 0, state: "ready", restarts: 0 },
    ],
    listeners: [
      { name: "http", address: "0.0.0.0:8080", state: "open" },
      {
        name: "https",
        address: "0.0.0.0:8443",
        state: "failed",
        remedy: "Port 8443 is used by another program: stop it, or set another https_listen.",
      },
    ],
    database: { path: "/var/lib/aegis/aegis.db", bytes: 41_200_000 },
    log: { lost: 0, sampled_out: 1_204 },
    sources: [
      { kind: "file", place: "/etc/aegis/aegis.yml", state: "ok", text: "2 hosts declared", problems: [] },
      {
        kind: "docker",
        place: "/var/run/docker.sock",
        state: "ok",
        text: "3 hosts by labels of containers",
        problems: [{
          where: "container wiki, label aegis.port",
          message: "is missing, and the container exposes several ports (80, 443)",
          remedy: "add aegis.port=80",
        }],
      },
    ],
    memory_bytes: 141_000_000,
    snapshot_version: 41,
    automatic_bans: { state: "on", text: "", banned: 3, exempt: 0, paused: 0, evicted: 0 },
    layers: [
      { name: "Web application firewall", state: "on" },
      { name: "Request log", state: "on" },
      { name: "Kernel layer", state: "off", remedy: "It comes with a later version." },
    ],
  };
}

export function auditPage(): OperationOutput<"audit.list"> {
  return {
    rows: [{
      id: "a1",
      at: NOW - 60_000,
      actor_kind: "person",
      actor_id: "u1",
      actor_name: "Mira Olsen",
      address: "192.0.2.18",
      action: "hosts.update",
      subject: HOSTILE,
      before: { waf: { mode: "detect" } },
      after: { waf: { mode: "enforce" } },
    }],
    next: null,
  };
}
