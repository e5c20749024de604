import type { ServerSettings } from "../core/snapshot.ts";
import type { DeclaredSettings } from "./config.ts";
import type { FileContent } from "./file_schema.ts";
import { isShortForm, SHORT_FORM_WRITE_MS } from "./short_form.ts";

/** The settings that aegis.yml fixes, under the names that settings have. */
export function declaredSettings(content: FileContent): DeclaredSettings {
  const log = present({ retention_days: content.log?.retention_days, max_size: content.log?.max_size });
  const server = serverSettings(content);
  return present({
    waf: content.waf === undefined ? undefined : present(content.waf),
    server: Object.keys(server).length === 0 ? undefined : server,
    upstreams: content.upstreams,
    default_site: content.default_site,
    ban_answer: content.ban_answer,
    challenge: content.challenge,
    bots: content.bots === undefined ? undefined : present(content.bots),
    file_scan: content.file_scan === undefined ? undefined : present(content.file_scan),
    whitelist_cidrs: content.whitelist_cidrs,
    blacklist_cidrs: content.blacklist_cidrs,
    blocked_countries: content.blocked_countries,
    allowed_countries: content.allowed_countries,
    toggles: content.toggles === undefined ? undefined : present(content.toggles),
    l4_conn_limit: content.l4_conn_limit,
    l7_rate_limit: content.l7_rate_limit,
    l7_burst_limit: content.l7_burst_limit,
    proxies: declaredProxies(content),
    log: Object.keys(log).length === 0 ? undefined : log,
  });
}

/** `server` under its settings' names; the duration forms are other names of the same limits. */
function serverSettings(content: FileContent): Partial<ServerSettings> {
  const {
    port: _port,
    max_body_bytes: _body,
    read_timeout,
    write_timeout,
    idle_timeout,
    shutdown_timeout,
    ...exact
  } = content.server ?? {};
  return present({
    head_timeout_ms: read_timeout,
    write_timeout_ms: write_timeout ?? (isShortForm(content) ? SHORT_FORM_WRITE_MS : undefined),
    idle_timeout_ms: idle_timeout,
    shutdown_timeout_ms: shutdown_timeout,
    ...present(exact),
  });
}

/** Without what only the start reads. */
function declaredProxies({ proxies }: FileContent): DeclaredSettings["proxies"] {
  const { discover: _discover, ...fields } = proxies ?? {};
  const named = present(fields);
  return Object.keys(named).length === 0 ? undefined : named;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys whose value is undefined. */
function present<T extends object>(fields: T): Present<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Present<T>;
}
