import { count, plural } from "../../components/format.ts";
import { Empty } from "../../components/empty.tsx";
import { Icon } from "../../components/icon.tsx";
import { trafficHref } from "../../components/links.ts";
import { PageHead } from "../../components/page_head.tsx";
import { SearchForm } from "../../components/search_form.tsx";
import { Dot, ModeTag } from "../../components/verdict.tsx";
import type { HostView, ViewContext } from "../../model.ts";

export type HostSort = "name" | "waf" | "requests" | "blocked";
export type HostFilter = "all" | "attention" | "detect" | "disabled";

export interface HostListProps {
  readonly ctx: ViewContext;
  /** All hosts; the filter chooses of them. */
  readonly hosts: readonly HostView[];
  readonly shown: readonly HostView[];
  readonly q: string;
  readonly filter: HostFilter;
  readonly sort: HostSort;
  /** From 1. */
  readonly page: number;
}

/** More make a page that phones take seconds for. */
const PAGE_ROWS = 100;

/** Are the targets up, does the firewall enforce. */
export function HostListPage(props: HostListProps) {
  const may = props.ctx.user.role !== "viewer";
  const add = may
    ? (
      <a class="btn main" href="/hosts/new">
        <Icon name="plus" />Add host
      </a>
    )
    : null;
  if (props.hosts.length === 0) return <NoHosts add={add} />;
  const pages = Math.max(1, Math.ceil(props.shown.length / PAGE_ROWS));
  const page = Math.min(Math.max(1, props.page), pages);
  const first = (page - 1) * PAGE_ROWS;
  const rows = props.shown.slice(first, first + PAGE_ROWS);
  return (
    <>
      <PageHead title="Hosts" actions={add}>{summary(props.hosts)}</PageHead>
      <div class="filter">
        <SearchForm
          at="/hosts"
          value={props.q}
          label="Filter hosts"
          placeholder="Filter by domain, target or note"
          keep={addressOf({ ...props, q: "" })}
        />
        <nav class="row chips" aria-label="Quick filters">
          {FILTERS.map((filter) => (
            <a
              class="chip"
              href={href({ ...props, filter: filter.id })}
              aria-current={props.filter === filter.id ? "true" : undefined}
            >
              {filter.text} {count(props.hosts.filter(filter.fits).length)}
            </a>
          ))}
        </nav>
      </div>
      <div class="card">
        <div class="scroll">
          <table data-rows>
            <thead>
              <tr>
                <SortHead {...props} by="name">Host</SortHead>
                <th class="s">Targets</th>
                <SortHead {...props} by="waf" class="s">WAF</SortHead>
                <SortHead {...props} by="requests" class="r">
                  Requests<span class="s">, 24 h</span>
                </SortHead>
                <SortHead {...props} by="blocked" class="r">Blocked</SortHead>
                <th class="r s m">Detected</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((host) => <HostRow host={host} />)}
              {props.shown.length === 0
                ? (
                  <tr>
                    <td colspan={6} class="muted">
                      No host fits. <a href="/hosts">Show all</a>
                    </td>
                  </tr>
                )
                : null}
            </tbody>
          </table>
        </div>
        {pages === 1 ? null : (
          <footer class="row">
            <span class="muted">
              {count(first + 1)} to {count(first + rows.length)} of {plural(props.shown.length, "host")}
            </span>
            <span class="row end">
              {page === 1 ? null : <a href={href(props, page - 1)} rel="prev">Before</a>}
              {page === pages ? null : <a href={href(props, page + 1)} rel="next">Next</a>}
            </span>
          </footer>
        )}
      </div>
    </>
  );
}

export const FILTERS: readonly {
  readonly id: HostFilter;
  readonly text: string;
  readonly fits: (host: HostView) => boolean;
}[] = [
  { id: "all", text: "All", fits: () => true },
  {
    id: "attention",
    text: "Needs attention",
    fits: (host) => host.enabled && host.targets_state.some((target) => target.up === false),
  },
  { id: "detect", text: "Detect only", fits: onlyDetects },
  { id: "disabled", text: "Disabled", fits: (host) => !host.enabled },
];

/** Of a redirect or dead host there is nothing to enforce. */
function onlyDetects(host: HostView): boolean {
  return host.kind === "proxy" && host.waf.mode === "detect";
}

function HostRow(props: { readonly host: HostView }) {
  const { host } = props;
  const [name, ...others] = host.domains;
  const day = { range: "24h" };
  return (
    <tr>
      <td>
        <a href={`/hosts/${encodeURIComponent(host.id)}`}>{name}</a>
        {host.origin === "database" ? null : (
          <>
            {" "}
            <span class="tag">from {host.origin === "file" ? "file" : "Docker"}</span>
          </>
        )}
        {others.length === 0
          ? null
          : <span class="sub s">{others.slice(0, 3).join(", ")}{others.length > 3 ? " …" : ""}</span>}
        <span class="sub phone">
          <span class="row">
            <Targets host={host} /> <ModeTag mode={host.waf.mode} />
          </span>
        </span>
      </td>
      <td class="s">
        <span class={host.kind === "redirect" ? "row" : "row keep"}>
          <Targets host={host} />
        </span>
      </td>
      <td class="s">
        <ModeTag mode={host.waf.mode} />
      </td>
      <td class="r">
        <Rows value={host.requests_24h} href={trafficHref({ host: name }, day)} />
      </td>
      <td class="r">
        <Rows value={host.blocked_24h} href={trafficHref({ host: name, action: "blocked" }, day)} />
      </td>
      <td class="r s m">
        <Rows value={host.detected_24h} href={trafficHref({ host: name, action: "detected" }, day)} />
      </td>
    </tr>
  );
}

function Targets(props: { readonly host: HostView }) {
  const { host } = props;
  if (host.state === "disabled") {
    return (
      <>
        <Dot state="off" />
        <span class="muted">disabled</span>
      </>
    );
  }
  if (host.kind === "dead") return <span class="muted">answers 404</span>;
  if (host.kind === "redirect") {
    return <span class="break">leads to {host.redirect?.url ?? "nowhere"}</span>;
  }
  const up = host.targets_state.filter((target) => target.up === true).length;
  const down = host.targets_state.some((target) => target.up === false);
  const unknown = host.targets_state.every((target) => target.up === null);
  return (
    <>
      <Dot state={down ? "down" : unknown ? "off" : "up"} />
      <span>{unknown ? "not checked yet" : `${up} of ${host.targets_state.length}`}</span>
    </>
  );
}

function Rows(props: { readonly value: number; readonly href: string }) {
  return props.value === 0 ? <span class="muted">0</span> : <a href={props.href}>{count(props.value)}</a>;
}

function SortHead(
  props: HostListProps & { readonly by: HostSort; readonly class?: string; readonly children?: unknown },
) {
  const on = props.sort === props.by;
  return (
    <th
      class={props.class}
      aria-sort={on ? (props.by === "name" || props.by === "waf" ? "ascending" : "descending") : "none"}
    >
      <a href={href({ ...props, sort: props.by })}>{props.children as string}{on ? " ↓" : ""}</a>
    </th>
  );
}

/** Another filter or order begins at the first page. */
function href(state: Pick<HostListProps, "q" | "filter" | "sort">, page = 1): string {
  const query = new URLSearchParams(addressOf(state));
  if (page > 1) query.set("page", String(page));
  return query.size === 0 ? "/hosts" : `/hosts?${query}`;
}

/** What the address says of the list where it is not as at first. */
function addressOf(state: Pick<HostListProps, "q" | "filter" | "sort">): Record<string, string> {
  return {
    ...(state.q === "" ? {} : { q: state.q }),
    ...(state.filter === "all" ? {} : { show: state.filter }),
    ...(state.sort === "requests" ? {} : { sort: state.sort }),
  };
}

function summary(hosts: readonly HostView[]): string {
  const targets = hosts.reduce((sum, host) => sum + host.targets_state.length, 0);
  const down = hosts.reduce(
    (sum, host) => sum + host.targets_state.filter((target) => target.up === false).length,
    0,
  );
  const detect = hosts.filter(onlyDetects).length;
  const state = [
    down === 0 ? "" : `${plural(down, "target")} ${down === 1 ? "is" : "are"} down`,
    detect === 0 ? "" : `${plural(detect, "host")} only ${detect === 1 ? "detects" : "detect"}`,
  ].filter((text) => text !== "").join(", and ");
  return `${plural(hosts.length, "host")}, ${plural(targets, "target")}.${state === "" ? "" : ` ${state}.`}`;
}

function NoHosts(props: { readonly add: unknown }) {
  return (
    <>
      <PageHead title="Hosts" actions={props.add as string} />
      <Empty
        title="Put your first site behind Aegis"
        text="A host is a name that visitors ask for and the place where the application really runs. Every request to it is inspected, written down and passed on. A new host only detects: nothing is refused until you switch it to enforce."
        examples={[
          {
            what: (
              <>
                <code>shop.example.com</code> <span class="muted">to</span> <code>http://127.0.0.1:8080</code>
              </>
            ),
            note: "an application on this machine",
            href: "/hosts/new?domains=shop.example.com&target=http://127.0.0.1:8080",
            go: "Use this",
          },
          {
            what: (
              <>
                <code>wiki.example.com</code> <span class="muted">to</span>{" "}
                <code>http://10.20.0.31:8080</code>
              </>
            ),
            note: "an application on another machine",
            href: "/hosts/new?domains=wiki.example.com&target=http://10.20.0.31:8080",
            go: "Use this",
          },
          {
            what: (
              <>
                <code>*.dev.example.com</code> <span class="muted">to</span>{" "}
                <code>https://10.20.0.40:8443</code>
              </>
            ),
            note: "every name below one, over TLS",
            href: "/hosts/new?domains=*.dev.example.com&target=https://10.20.0.40:8443",
            go: "Use this",
          },
        ]}
        cli="aegis host add shop.example.com http://127.0.0.1:8080"
      />
    </>
  );
}
