import type { OperationName } from "../control/operation.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One route: which operation it is, and where the operation's input comes from. */
export interface Route {
  readonly method: Method;
  /** Below `/api/v1`; `{id}` goes into the input's field `id`. */
  readonly path: string;
  readonly operation: OperationName;
  /** Whole body is the input (`input`), or stands in the input's field of this name. Absent: no body is read. */
  readonly body?: string;
  /** Fields of the input that stand in the query string. */
  readonly query?: readonly string[];
  /** The session's cookie goes into the input's field `token`; `begins` and `ends` set and clear it. */
  readonly session?: "begins" | "reads" | "ends";
  /** The answer's `version` is its ETag; If-Match goes into the input's field `version`. */
  readonly versioned?: true;
  /** Of the answer; 200 where absent. 204 has no content. */
  readonly status?: 201 | 204;
  /** The answer is a file: base64 `content` under `file_name`. */
  readonly file?: "application/zip" | "text/csv";
}

const TRAFFIC_FILTER = [
  "host",
  "client",
  "status",
  "action",
  "rule",
  "reason",
  "method",
  "country",
  "asn",
  "q",
] as const;

/** Every route of the REST API but `events`, which streams. */
export const ROUTES: readonly Route[] = Object.freeze<Route[]>([
  { method: "GET", path: "/setup/status", operation: "setup.status" },
  { method: "POST", path: "/setup/init", operation: "setup.complete", body: "input", status: 201 },
  { method: "POST", path: "/auth/login", operation: "auth.login", body: "input", session: "begins" },
  { method: "POST", path: "/auth/logout", operation: "auth.logout", session: "ends", status: 204 },
  { method: "GET", path: "/users/me", operation: "auth.resolve", session: "reads" },
  { method: "GET", path: "/sessions", operation: "sessions.list" },
  { method: "DELETE", path: "/sessions/{id}", operation: "sessions.revoke", status: 204 },
  { method: "GET", path: "/users", operation: "users.list" },
  { method: "POST", path: "/users", operation: "users.create", body: "input", status: 201 },
  {
    method: "PUT",
    path: "/users/{id}/password",
    operation: "users.set_password",
    body: "input",
    status: 204,
  },
  { method: "PUT", path: "/users/{id}/role", operation: "users.set_role", body: "input" },
  { method: "PUT", path: "/users/{id}/enabled", operation: "users.set_enabled", body: "input" },
  { method: "DELETE", path: "/users/{id}", operation: "users.delete", status: 204 },
  { method: "GET", path: "/hosts", operation: "hosts.list", query: ["q", "state"] },
  { method: "POST", path: "/hosts", operation: "hosts.create", body: "host", status: 201, versioned: true },
  { method: "POST", path: "/hosts/test", operation: "hosts.test", body: "input" },
  { method: "GET", path: "/hosts/{id}", operation: "hosts.get", versioned: true },
  { method: "PATCH", path: "/hosts/{id}", operation: "hosts.update", body: "host", versioned: true },
  { method: "DELETE", path: "/hosts/{id}", operation: "hosts.delete", status: 204, versioned: true },
  { method: "PUT", path: "/hosts/{id}/enabled", operation: "hosts.set_enabled", body: "input" },
  { method: "GET", path: "/hosts/{id}/readiness", operation: "hosts.readiness" },
  { method: "GET", path: "/hosts/{id}/targets", operation: "hosts.targets" },
  { method: "GET", path: "/hosts/{id}/canary", operation: "hosts.canary" },
  { method: "POST", path: "/hosts/{id}/canary/promote", operation: "hosts.canary_promote" },
  { method: "POST", path: "/hosts/{id}/canary/rollback", operation: "hosts.canary_rollback", body: "input" },
  { method: "POST", path: "/hosts/{id}/canary/reset", operation: "hosts.canary_reset" },
  { method: "POST", path: "/bots/explain", operation: "bots.explain", body: "input" },
  { method: "GET", path: "/proxies", operation: "proxies.list" },
  { method: "POST", path: "/proxies/reload", operation: "proxies.reload" },
  { method: "POST", path: "/proxies/add", operation: "proxies.add", body: "input" },
  { method: "DELETE", path: "/proxies/remove", operation: "proxies.remove", query: ["network"] },
  { method: "POST", path: "/proxies/refresh-cdn", operation: "proxies.refresh_cdn", body: "input" },
  { method: "GET", path: "/shield/banners", operation: "shield.banners" },
  { method: "GET", path: "/shield", operation: "shield.status" },
  { method: "GET", path: "/shield/challenge", operation: "challenge.status" },
  { method: "GET", path: "/shield/limits", operation: "limits.status" },
  { method: "GET", path: "/reputations/{id}", operation: "reputation.get" },
  { method: "DELETE", path: "/reputations/{id}", operation: "reputation.reset", status: 204 },
  { method: "POST", path: "/shield/under-attack", operation: "shield.under_attack", body: "input" },
  { method: "POST", path: "/hosts/{id}/under-attack", operation: "hosts.under_attack", body: "input" },
  { method: "POST", path: "/hosts/{id}/maintenance", operation: "hosts.maintenance", body: "input" },
  { method: "POST", path: "/hosts/{id}/pause-waf", operation: "hosts.pause_waf", body: "input" },
  { method: "POST", path: "/hosts/{id}/test", operation: "hosts.test" },
  { method: "POST", path: "/hosts/{id}/tls-test", operation: "hosts.test_tls" },
  { method: "GET", path: "/certificates", operation: "certificates.list" },
  { method: "POST", path: "/certificates", operation: "certificates.upload", body: "input", status: 201 },
  { method: "GET", path: "/certificates/{id}", operation: "certificates.show" },
  { method: "DELETE", path: "/certificates/{id}", operation: "certificates.delete", status: 204 },
  { method: "GET", path: "/streams", operation: "streams.list", query: ["q"] },
  {
    method: "POST",
    path: "/streams",
    operation: "streams.create",
    body: "stream",
    status: 201,
    versioned: true,
  },
  { method: "GET", path: "/streams/stats", operation: "streams.stats" },
  {
    method: "GET",
    path: "/streams/connections",
    operation: "streams.connections",
    query: ["to", "limit"],
  },
  { method: "POST", path: "/streams/validate-port", operation: "streams.validate_port", body: "input" },
  { method: "GET", path: "/streams/{id}", operation: "streams.get", versioned: true },
  { method: "PATCH", path: "/streams/{id}", operation: "streams.update", body: "stream", versioned: true },
  { method: "DELETE", path: "/streams/{id}", operation: "streams.delete", status: 204, versioned: true },
  { method: "PUT", path: "/streams/{id}/enabled", operation: "streams.set_enabled", body: "input" },
  {
    method: "GET",
    path: "/streams/{id}/connections",
    operation: "streams.connections",
    query: ["to", "limit"],
  },
  { method: "GET", path: "/rules", operation: "rules.list", query: ["q", "family", "host", "state"] },
  { method: "POST", path: "/rules/test", operation: "rules.test", body: "input" },
  { method: "POST", path: "/rules/test-all", operation: "rules.run_tests" },
  { method: "POST", path: "/rules/backtest", operation: "rules.backtest", body: "input" },
  { method: "POST", path: "/rules/bench", operation: "rules.bench" },
  { method: "POST", path: "/rules/lint", operation: "rules.lint", body: "input" },
  { method: "POST", path: "/rules/import", operation: "rules.import", body: "input", status: 201 },
  { method: "GET", path: "/rules/sets", operation: "rules.sets" },
  { method: "POST", path: "/rules/sets/{id}", operation: "rules.import_set", status: 201 },
  { method: "GET", path: "/rules/export", operation: "rules.export", query: ["format"] },
  { method: "GET", path: "/rules/{id}", operation: "rules.get" },
  { method: "PUT", path: "/rules/{id}/switch", operation: "rules.switch", body: "input", status: 204 },
  { method: "DELETE", path: "/rules/{id}", operation: "rules.delete", status: 204 },
  { method: "GET", path: "/exceptions", operation: "exceptions.list", query: ["host"] },
  { method: "POST", path: "/exceptions", operation: "exceptions.create", body: "input", status: 201 },
  { method: "POST", path: "/exceptions/preview", operation: "exceptions.preview", body: "input" },
  { method: "DELETE", path: "/exceptions/{id}", operation: "exceptions.delete", status: 204 },
  {
    method: "GET",
    path: "/correlation-events",
    operation: "correlation.list",
    query: ["host", "rule", "client", "action", "before", "limit"],
  },
  { method: "GET", path: "/correlation-events/{id}", operation: "correlation.get" },
  { method: "POST", path: "/correlation-events/{id}/lift", operation: "correlation.lift", status: 204 },
  { method: "GET", path: "/bans", operation: "bans.list", query: ["q", "origin", "view"] },
  {
    method: "GET",
    path: "/bans/export",
    operation: "bans.export",
    query: ["q", "origin", "view"],
    file: "text/csv",
  },
  { method: "POST", path: "/bans", operation: "bans.create", body: "input", status: 201 },
  { method: "DELETE", path: "/bans/{id}", operation: "bans.delete", status: 204 },
  { method: "GET", path: "/lists", operation: "lists.list" },
  { method: "POST", path: "/lists", operation: "lists.create", body: "input", status: 201 },
  { method: "PATCH", path: "/lists/{id}", operation: "lists.update", body: "input" },
  { method: "POST", path: "/lists/{id}/refresh", operation: "lists.refresh" },
  { method: "DELETE", path: "/lists/{id}", operation: "lists.delete", status: 204 },
  {
    method: "GET",
    path: "/traffic",
    operation: "traffic.query",
    query: [
      ...TRAFFIC_FILTER,
      ...TRAFFIC_FILTER.map((name) => `exclude.${name}`),
      "from",
      "to",
      "before",
      "limit",
    ],
  },
  { method: "GET", path: "/traffic/reports", operation: "traffic.reports" },
  { method: "DELETE", path: "/traffic/reports/{id}", operation: "traffic.close_report", status: 204 },
  { method: "GET", path: "/traffic/{id}", operation: "traffic.get" },
  { method: "GET", path: "/dashboard", operation: "analytics.dashboard", query: ["range"] },
  { method: "GET", path: "/config", operation: "settings.get" },
  { method: "PATCH", path: "/config", operation: "settings.update", body: "patch" },
  { method: "GET", path: "/analytics/geo", operation: "analytics.geo", query: ["range"] },
  { method: "GET", path: "/smtp", operation: "smtp.list" },
  { method: "POST", path: "/smtp", operation: "smtp.create", body: "profile", status: 201, versioned: true },
  { method: "PATCH", path: "/smtp/{id}", operation: "smtp.update", body: "profile", versioned: true },
  { method: "DELETE", path: "/smtp/{id}", operation: "smtp.delete", status: 204 },
  { method: "POST", path: "/smtp/{id}/test", operation: "smtp.test", body: "input" },
  { method: "GET", path: "/webhooks", operation: "webhooks.list" },
  {
    method: "POST",
    path: "/webhooks",
    operation: "webhooks.create",
    body: "webhook",
    status: 201,
    versioned: true,
  },
  { method: "PATCH", path: "/webhooks/{id}", operation: "webhooks.update", body: "webhook", versioned: true },
  { method: "DELETE", path: "/webhooks/{id}", operation: "webhooks.delete", status: 204 },
  { method: "POST", path: "/webhooks/{id}/test", operation: "webhooks.test" },
  { method: "GET", path: "/notifications", operation: "notifications.list", query: ["state", "limit"] },
  { method: "POST", path: "/notifications/{id}/resend", operation: "notifications.resend" },
  { method: "GET", path: "/geo", operation: "geo.status" },
  { method: "GET", path: "/geo/lookup", operation: "geo.look_up", query: ["address"] },
  { method: "GET", path: "/settings", operation: "settings.get" },
  { method: "PATCH", path: "/settings", operation: "settings.update", body: "patch" },
  {
    method: "GET",
    path: "/settings/admin-trust-bundle",
    operation: "system.trust_bundle",
    file: "application/zip",
  },
  { method: "GET", path: "/system", operation: "system.status" },
  { method: "POST", path: "/reload", operation: "system.reload" },
  { method: "GET", path: "/audit", operation: "audit.list", query: ["q", "before", "limit"] },
]);

/** Query fields that are numbers in the operation's input. */
export const NUMBER_FIELDS: ReadonlySet<string> = new Set(["from", "to", "limit"]);
