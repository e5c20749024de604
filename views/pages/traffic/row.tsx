import { Safe } from "../../components/bytes.tsx";
import { count, milliseconds, UNREAD_REQUEST } from "../../components/format.ts";
import { trafficHref } from "../../components/links.ts";
import { neutral } from "../../components/printable.ts";
import { LogTime } from "../../components/time.tsx";
import { Verdict } from "../../components/verdict.tsx";
import type { TrafficRow } from "../../model.ts";

/** One request in the list; its link opens the drawer. */
export function RequestRow(
  props: { readonly row: TrafficRow; readonly now: number; readonly range: string },
) {
  const { row } = props;
  const href = `/traffic/${encodeURIComponent(row.id)}`;
  const why = whyOf(row);
  return (
    <tr>
      <td>
        <LogTime at={row.at} now={props.now} />
        <span class="phone">
          <Verdict action={row.action} />
        </span>
      </td>
      <td class="s">
        <Verdict action={row.action} />
      </td>
      <td>
        <a class="go" href={href} hx-get={href}>
          <span class="muted">
            <Safe text={row.method} />
            {" "}
          </span>
          {row.count > 1 ? <span class="tag">{count(row.count)} times</span> : null}
          <span class="mono">
            <span class="muted">
              <Safe text={row.host} />
            </span>
            <Safe text={row.target.slice(0, 120)} />
            {row.method + row.host + row.target === "" ? UNREAD_REQUEST : null}
          </span>
        </a>
        <span class="sub phone">
          <Safe text={why === "" ? row.client : `${row.client} · ${why}`} />
        </span>
      </td>
      <td class="s m">
        <a href={trafficHref({ client: row.client }, { range: props.range })}>
          <Safe text={row.client} />
        </a>
        {row.country === "" ? null : <i class="muted">{row.country}</i>}
      </td>
      <td class="r s">{row.status === 0 ? "closed" : row.status}</td>
      <td
        class="s"
        title={why === ""
          ? undefined
          : neutral(row.detail === "" ? why : `${why}: ${row.detail}`).slice(0, 200)}
      >
        <Safe text={why} />
      </td>
      <td class="r s m muted">{milliseconds(row.latency_ms)}</td>
    </tr>
  );
}

function whyOf(row: TrafficRow): string {
  return row.rules[0]?.name ?? row.reason?.replaceAll("_", " ") ?? "";
}
