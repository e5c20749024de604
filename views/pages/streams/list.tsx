import { Empty } from "../../components/empty.tsx";
import { bytes, count, plural } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Dot } from "../../components/verdict.tsx";
import type { ViewContext } from "../../model.ts";
import type { StreamConnectionView, StreamView } from "../../model_streams.ts";
import { ConnectionTable } from "./connections.tsx";

export interface StreamListProps {
  readonly ctx: ViewContext;
  readonly streams: readonly StreamView[];
  readonly connections: readonly StreamConnectionView[];
}

/** Which port goes where, and who was cut off. */
export function StreamListPage(props: StreamListProps) {
  const may = props.ctx.user.role !== "viewer";
  const add = may
    ? (
      <a class="btn main" href="/streams/new">
        <Icon name="plus" />Add stream
      </a>
    )
    : null;
  if (props.streams.length === 0) return <NoStreams add={add} />;
  return (
    <>
      <PageHead title="Streams" actions={add}>{summary(props.streams)}</PageHead>
      <div class="stack">
        <LiveStreams {...props} />
      </div>
    </>
  );
}

/** Asks for itself again every three seconds; counters are live. */
export function LiveStreams(props: StreamListProps) {
  return (
    <div
      class="stack"
      id="streams"
      data-refresh
      hx-get="/streams/live"
      hx-trigger="every 3s"
      hx-swap="outerHTML"
    >
      <div class="card">
        <div class="scroll" tabindex={0} role="region" aria-label="Streams now">
          <table data-rows>
            <thead>
              <tr>
                <th>Stream</th>
                <th class="s">Listens on</th>
                <th class="s">To</th>
                <th class="r">Now</th>
                <th class="r s m">Total</th>
                <th class="r s m">Refused</th>
                <th class="r s m">Up</th>
                <th class="r s m">Down</th>
              </tr>
            </thead>
            <tbody>{props.streams.map((stream) => <Row stream={stream} />)}</tbody>
          </table>
        </div>
      </div>
      <section class="card">
        <header>
          <h2>Ended lately</h2>
        </header>
        <ConnectionTable ctx={props.ctx} rows={props.connections} named />
      </section>
    </div>
  );
}

function Row(props: { readonly stream: StreamView }) {
  const { stream } = props;
  // Beside the hosts it is TCP, always.
  const place = stream.listen === "https"
    ? "https, beside the hosts"
    : `${placeText(stream.listen)} ${transportText(stream)}`;
  return (
    <tr>
      <td>
        <span class="row">
          <StreamDot stream={stream} />
          <a href={`/streams/${encodeURIComponent(stream.id)}`}>{stream.name}</a>
          {stream.origin === "file" ? <span class="tag">from file</span> : null}
        </span>
        {stream.fault === "" ? null : <span class="sub">{stream.fault}</span>}
        {stream.state === "down"
          ? <span class="sub">upstream down: {stream.upstream_state.text}</span>
          : null}
        <span class="sub phone mono">{place} to {stream.upstream}</span>
      </td>
      <td class="s">
        <span class="mono">{place}</span>
        {matchText(stream) === "" ? null : <span class="sub">{matchText(stream)}</span>}
      </td>
      <td class="s mono">{stream.upstream}</td>
      <td class="r">{count(stream.active)}</td>
      <td class="r s m">{count(stream.total)}</td>
      <td class="r s m">{count(stream.refused)}</td>
      <td class="r s m">{bytes(stream.upload_bytes)}</td>
      <td class="r s m">{bytes(stream.download_bytes)}</td>
    </tr>
  );
}

export function StreamDot(props: { readonly stream: StreamView }) {
  const { state, upstream_state: { up } } = props.stream;
  if (state === "disabled") return <Dot state="off" label="disabled" />;
  if (state === "failed") return <Dot state="down" label="its port is not open" />;
  if (state === "down") return <Dot state="down" label="the upstream is down" />;
  return <Dot state="up" label={up === true ? "serving, the upstream is up" : "serving"} />;
}

/** `:5432` on every address of the machine. */
export function placeText(listen: string): string {
  return listen.replace(/^\[::\]:/, ":");
}

function transportText({ protocol }: Pick<StreamView, "protocol">): string {
  return protocol === "both" ? "TCP and UDP" : protocol.toUpperCase();
}

/** What a TLS client must ask for. */
function matchText({ server_names, alpn }: Pick<StreamView, "server_names" | "alpn">): string {
  const names = server_names.slice(0, 3).join(", ") + (server_names.length > 3 ? " …" : "");
  return [names, alpn.length === 0 ? "" : `protocol ${alpn.join(", ")}`].filter((each) => each !== "").join(
    ", ",
  );
}

function summary(streams: readonly StreamView[]): string {
  const failed = streams.filter(({ state }) => state === "failed").length;
  const down = streams.filter(({ state }) => state === "down").length;
  const open = streams.reduce((sum, { active }) => sum + active, 0);
  const trouble = [
    failed === 0 ? "" : `${plural(failed, "port")} could not be opened`,
    down === 0 ? "" : `${plural(down, "upstream")} ${down === 1 ? "is" : "are"} down`,
  ].filter((each) => each !== "").join(", and ");
  return `${plural(streams.length, "stream")}, ${plural(open, "connection")} open.${
    trouble === "" ? "" : ` ${trouble.slice(0, 1).toUpperCase()}${trouble.slice(1)}.`
  }`;
}

const EXAMPLES = [
  {
    listen: "5432",
    upstream: "10.20.0.40:5432",
    name: "postgres",
    more: "&whitelist_cidrs=192.0.2.0/24",
    note: "PostgreSQL, only from your office",
  },
  {
    listen: "25565",
    upstream: "10.20.0.51:25565",
    name: "game",
    more: "",
    note: "a game server; bans and caps of clients hold for it too",
  },
  {
    listen: "993",
    upstream: "10.20.0.25:143",
    name: "mail",
    more: "&tls=terminate",
    note: "mail, TLS ended here",
  },
] as const;

function NoStreams(props: { readonly add: unknown }) {
  return (
    <>
      <PageHead title="Streams" actions={props.add as string} />
      <Empty
        title="Protect what is not a web site"
        text="A stream passes TCP or UDP from a port of this machine to a target: a database, a mail server, a game server, SSH. Bans and limits hold for it too, because they work before anything is passed on."
        examples={EXAMPLES.map(({ listen, upstream, name, more, note }) => ({
          what: (
            <>
              <code>{listen}/tcp</code> <span class="muted">to</span> <code>{upstream}</code>
            </>
          ),
          note,
          href: `/streams/new?name=${name}&listen=${listen}&upstream=${upstream}${more}`,
          go: "Use this",
        }))}
        cli="aegis stream add --listen 5432 --to 10.20.0.40:5432 --allow 192.0.2.0/24"
      />
    </>
  );
}
