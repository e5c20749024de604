import { comparison, releases } from "./admin_fixture_releases.ts";
import type { Role } from "../../src/core/role.ts";
import { AegisError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/clock.ts";
import { createAdminApp } from "../../src/admin/app.tsx";
import { banOperations } from "./admin_fixture_bans.ts";
import type { AdminDeps } from "../../src/admin/deps.ts";
import type { LiveBatch } from "../../src/control/traffic/live.ts";
import type { Actor, OperationInput, OperationName, OperationOutput } from "../../src/control/operation.ts";
import * as data from "./admin_fixture_data.ts";
import { exceptionHandlers } from "./admin_fixture_exceptions.ts";
import { geoStatus, notificationHandlers } from "./admin_fixture_geo.ts";
import { auditPage, settings as fixtureSettings, status as fixtureStatus } from "./admin_fixture_system.ts";
import { hostCanary, hostTargets } from "./admin_fixture_targets.ts";
import { correlationDetail, correlationEvents } from "./admin_fixture_correlation.ts";
import { certificateDetail, certificates, TLS_TEST } from "./admin_fixture_certificates.ts";
import { limits, reputation } from "./admin_fixture_limits.ts";
import { shieldHandlers } from "./admin_fixture_shield.ts";
import { streamConnections, streams } from "./admin_fixture_streams.ts";
import { schemaDetail, schemas } from "./admin_fixture_schemas.ts";
import {
  FINDING,
  keptRequest,
  mistakeReports,
  replayResult,
  traffic,
  trafficDetail,
} from "./admin_fixture_traffic.ts";

/**
 * The admin's pages over invented data: no store, no engine. For tests of the pages themselves, and as a script
 * (`deno run -A tests/support/admin_fixture.ts`) to look at them while working on them.
 */
export interface AdminFixture {
  readonly url: string;
  /** Every call that the pages made, in order. */
  readonly calls: { readonly name: OperationName; readonly input: unknown; readonly actor: Actor }[];
  /** Rows for whoever watches the live tail. */
  push(batch: LiveBatch): void;
  readonly watchers: number;
  close(): Promise<void>;
}

export interface FixtureOptions {
  /** Nothing there yet: no host, rule of one's own, ban, request. */
  readonly empty?: boolean;
  /** The first account still has to be made. */
  readonly setup?: boolean;
  /** As many hosts as these instead of the usual few. */
  readonly hosts?: readonly data.HostView[];
  /** Banners on every page. */
  readonly attack?: boolean;
  readonly port?: number;
  /** Settings that the configuration file fixes. */
  readonly fixed?: readonly string[];
  /** Of who signs in; owner where absent. */
  readonly role?: Role;
}

export const PASSWORD = "correct horse battery staple";
export const SETUP_TOKEN = "setup-token";
/** What every page asks; nobody's click. */
const OF_EVERY_PAGE: ReadonlySet<string> = new Set<OperationName>([
  "auth.resolve",
  "shield.banners",
  "settings.fixed",
]);
const CSRF = "csrf-of-the-fixture";

type Handlers = {
  readonly [N in OperationName]?: (input: OperationInput<N>, actor: Actor) => OperationOutput<N>;
};

export function startAdminFixture(options: FixtureOptions = {}): AdminFixture {
  const clock = new ManualClock(data.NOW);
  const calls: { name: OperationName; input: unknown; actor: Actor }[] = [];
  const listeners = new Set<(batch: LiveBatch) => void>();
  const handlers = fixtureHandlers(options);
  const deps: AdminDeps = {
    perform: <N extends OperationName>(actor: Actor, name: N, input: OperationInput<N>) => {
      if (!OF_EVERY_PAGE.has(name)) calls.push({ name, input, actor });
      const handler = handlers[name] as
        | ((input: OperationInput<N>, actor: Actor) => OperationOutput<N>)
        | undefined;
      if (handler === undefined) {
        return Promise.reject(new AegisError("internal", `${name} is not in the fixture`));
      }
      return Promise.try(() => handler(input, actor));
    },
    live: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    clock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    publicName: "edge-1",
    version: "0.1.0",
    secure: true,
    hostNames: ["localhost"],
  };
  const app = createAdminApp(deps);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen() {} },
    (request, info) => app.fetch(request, { peerAddress: info.remoteAddr.hostname }),
  );
  return {
    url: `http://localhost:${server.addr.port}`,
    calls,
    push: (batch) => listeners.forEach((listener) => listener(batch)),
    get watchers() {
      return listeners.size;
    },
    close: () => server.shutdown(),
  };
}

function fixtureHandlers(options: FixtureOptions): Handlers {
  const empty = options.empty === true;
  let setupNeeded = options.setup === true;
  const tokens = new Set<string>();
  const hosts = empty || setupNeeded ? [] : data.hosts();
  const rules = data.rules();
  const rows = empty || setupNeeded ? [] : traffic();
  const users = data.users();
  const settings = fixtureSettings();
  const owner = { ...users[0]!, role: options.role ?? "owner" };
  const hostOf = (id: string) =>
    found(hosts.find((host) => host.id === id || host.domains.includes(id)), "host");
  const ruleOf = (id: string) => found(rules.find((rule) => rule.id === id), "rule");
  return {
    "setup.status": () => ({ needed: setupNeeded }),
    "setup.complete": ({ token, password }) => {
      if (token !== SETUP_TOKEN) throw new AegisError("forbidden", "this setup link is not valid");
      if (password.length < 12) {
        throw new AegisError("invalid_input", "password: too short", {
          fields: [{ field: "password", message: "too short", remedy: "write at least 12 characters" }],
        });
      }
      setupNeeded = false;
      return { user: owner };
    },
    "auth.login": ({ password }) => {
      if (password !== PASSWORD) throw new AegisError("not_signed_in", "name or password is not right");
      const token = crypto.randomUUID();
      tokens.add(token);
      return { token, csrf: CSRF, user: owner, expires_at: data.NOW + 3_600_000 };
    },
    "auth.resolve": ({ token }) => tokens.has(token) ? { user: owner, csrf: CSRF, session_id: "s1" } : null,
    "auth.logout": ({ token }) => {
      tokens.delete(token);
      return {};
    },
    "sessions.list": () => [{
      id: "s1",
      user_id: owner.id,
      user_name: owner.name,
      address: "192.0.2.18",
      user_agent: data.HOSTILE,
      created_at: data.NOW - 60_000,
      last_seen_at: data.NOW,
      expires_at: data.NOW + 3_600_000,
    }],
    "sessions.revoke": () => ({}),
    "users.list": () => users,
    "users.set_password": () => ({}),
    "analytics.dashboard": ({ range }) => ({
      ...data.dashboard(range ?? "24h"),
      ...(empty
        ? {
          headline: { state: "empty", text: "Nothing is protected yet", detail: "Add a host to begin." },
          attention: [],
          top_clients: [],
          top_hosts: [],
          top_rules: [],
          targets: [],
          certificates_due: [],
        } as const
        : {}),
    }),
    "traffic.query": (input) => {
      const shown = rows.filter((row) => input.action === undefined || row.action === input.action);
      return {
        rows: shown.slice(0, input.limit ?? 50),
        next: shown.length === 0 ? null : "cursor",
        total: shown.length,
        searched_to: null,
      };
    },
    "traffic.get": ({ id }) => trafficDetail(found(rows.find((row) => row.id === id), "request")),
    "hosts.list": () => [...options.hosts ?? hosts],
    "hosts.get": ({ id }) => hostOf(id),
    "hosts.create": ({ host }) => {
      const url = host.targets?.[0]?.url ?? "";
      if (!/^https?:\/\/[^/]+$/.test(url)) {
        throw new AegisError("invalid_input", "host.targets.0.url: a target has no path", {
          fields: [{
            field: "host.targets.0.url",
            message: "a target has no path",
            remedy: "write http://10.20.0.21:8080",
          }],
        });
      }
      const made = data.host(`h-${hosts.length}`, host.domains, {
        waf: {
          mode: host.waf?.mode ?? "detect",
          paranoia: null,
          threshold: null,
          rules: {},
          learned: "score",
          response_bodies: false,
        },
      });
      hosts.push(made);
      return made;
    },
    "hosts.update": ({ id, host, version }) => {
      const before = hostOf(id);
      if (version !== undefined && version !== before.version) {
        throw new AegisError("precondition_failed", "somebody else changed this host meanwhile");
      }
      const after = {
        ...before,
        ...host,
        waf: { ...before.waf, ...host.waf },
        version: before.version + 1,
      } as data.HostView;
      hosts[hosts.indexOf(before)] = after;
      return after;
    },
    "hosts.set_enabled": ({ id, enabled }) =>
      Object.assign(hostOf(id), { enabled, state: enabled ? "serving" : "disabled" }),
    "hosts.delete": ({ id }) => {
      hosts.splice(hosts.indexOf(hostOf(id)), 1);
      return {};
    },
    "hosts.targets": ({ id }) => hostTargets(hostOf(id)),
    "hosts.readiness": () => ({
      mode: "detect",
      days_seen: 7,
      is_ready: true,
      requests: 41_200,
      rolled_back_at: null,
      would_refuse: 3,
      excepted: 12,
      clients: 2,
      groups: [{
        rules: [{ id: "sqli-120", name: "UNION SELECT appends a second query" }],
        requests: 3,
        clients: 2,
        samples: ["203.0.113.77", "203.0.113.78"].map((client, i) => ({
          id: `01JD8F3K7QW2T9ABCDEFGH000${i}`,
          at: data.NOW - 3_600_000,
          method: "POST",
          target: "/t/1042/reply?message=union+select",
          client,
          count: i + 1,
          refused: false,
        })),
      }],
      complete: true,
    }),
    "hosts.canary": ({ id }) => hostCanary(hostOf(id)),
    "hosts.canary_rollback": ({ id }) => hostCanary(hostOf(id)),
    "hosts.canary_promote": ({ id }) => hostOf(id),
    "hosts.canary_reset": ({ id }) => ({ ...hostCanary(hostOf(id)), state: "running", rollback: null }),
    "hosts.test": () => ({ reachable: true, status: 200, latency_ms: 9, text: "Answered 200." }),
    "schemas.list": () => empty ? [] : schemas(),
    "schemas.get": ({ id }) => schemaDetail(found(schemas().find((schema) => schema.id === id), "schema")),
    "schemas.create": () => schemas()[0]!,
    "schemas.update": ({ id }) => found(schemas().find((schema) => schema.id === id), "schema"),
    "schemas.set_rule": ({ id }) =>
      schemaDetail(found(schemas().find((schema) => schema.id === id), "schema")),
    "streams.list": ({ q }) =>
      empty ? [] : streams().filter(({ name }) => q === undefined || name.includes(q.toLowerCase())),
    "streams.get": ({ id }) => found(streams().find((stream) => stream.id === id), "stream"),
    "streams.connections": () => empty ? [] : streamConnections(),
    "streams.create": () => {
      const message = "[::]:5432 (TCP) is in use by another program";
      const remedy = "stop that program, or choose another port";
      throw new AegisError("conflict", message, { fields: [{ field: "stream.listen", message, remedy }] });
    },
    "streams.update": ({ id }) => found(streams().find((stream) => stream.id === id), "stream"),
    "streams.set_enabled": ({ id }) => found(streams().find((stream) => stream.id === id), "stream"),
    "streams.delete": () => ({}),
    "rules.list": ({ q, family, state }) => ({
      rules: rules.filter((rule) =>
        (q === undefined || `${rule.id} ${rule.name}`.toLowerCase().includes(q.toLowerCase())) &&
        (family === undefined || rule.family === family) && (state !== "off" || rule.effective === "off")
      ),
      families: data.families(rules),
    }),
    "rules.get": ({ id }) => ({
      ...ruleOf(id),
      definition:
        "id: sqli-120\nname: UNION SELECT appends a second query\nmatch:\n  regex: '\\bunion select\\b'\n",
      is_correlated: false,
      tests: { match: [{ args: { id: "1 union select 2" } }], pass: [{ args: { q: "the student union" } }] },
      version: 0,
    }),
    "rules.switch": ({ id, switch: to }) => {
      const rule = rules.find((each) => each.id === id);
      if (rule !== undefined) Object.assign(rule, { switch: to, effective: to === "inherit" ? "on" : to });
      return {};
    },
    "rules.test": ({ request }) => ({
      matched: true,
      verdict: "blocked",
      action: "blocked",
      mode: "enforce",
      score: 5,
      threshold: 5,
      matched_target: "args:id",
      matched_value: request?.path ?? null,
      pattern_valid: true,
      pattern_error: null,
      processing_us: 210,
      findings: [FINDING],
    }),
    "releases.list": () => releases(),
    "releases.compare": () => comparison(),
    "rules.sets": () => [{
      id: "in-depth",
      name: "Attack classes in depth",
      about: "SAML, LaTeX, CSV formulas and more. Watch it in detect mode first.",
      rules: 36,
      imported: 0,
    }],
    "rules.import_set": () => ({ imported: 36 }),
    "rules.backtest": ({ id }) => ({
      rule_id: id ?? "own-1",
      requests: 41_200,
      matched: 12,
      matched_allowed: 3,
      clients: 4,
      looked_back_to: data.NOW - 604_800_000,
      complete: true,
      unseen_targets: ["body", "cookies"],
      seen_whole: 3,
      samples: [],
    }),
    "rules.lint": () => ({
      ok: false,
      rules: 0,
      errors: [{ field: "rules.0.id", message: "an id is missing", line: 3 }],
    }),
    ...exceptionHandlers(empty),
    "certificates.list": () => options.empty === true ? [] : certificates(),
    "certificates.show": ({ id }) => certificateDetail(id),
    "certificates.upload": () => ({ ...certificates()[0]!, warnings: [] }),
    "certificates.delete": () => ({}),
    "hosts.test_tls": () => TLS_TEST,
    ...shieldHandlers(options.attack === true, hostOf),
    "challenge.status": () => ({
      mode: "managed",
      enabled: true,
      issued: 1_840,
      passed: 412,
      failed: 37,
      forgotten: 0,
    }),
    "limits.status": limits,
    "reputation.get": ({ id }) => reputation(id),
    "reputation.reset": () => ({}),
    "correlation.list": () => correlationEvents(data.NOW, options.empty === true),
    "correlation.get": ({ id }) => correlationDetail(data.NOW, id),
    "correlation.lift": () => ({}),
    "traffic.evidence": () => keptRequest(),
    "traffic.replay": () => replayResult(),
    "traffic.reports": () => empty ? [] : mistakeReports(),
    "traffic.close_report": () => ({}),
    ...banOperations(empty),
    "settings.get": () => settings,
    "settings.fixed": () => ({ keys: [...options.fixed ?? []] }),
    "geo.status": geoStatus,
    ...notificationHandlers(empty),
    "settings.update": ({ patch }) => Object.assign(settings, { waf: { ...settings.waf, ...patch.waf } }),
    "system.status": () => fixtureStatus(),
    "audit.list": auditPage,
  };
}

function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new AegisError("not_found", `there is no such ${what}`);
  return thing;
}

if (import.meta.main) startAdminFixture({ port: 9980 });
