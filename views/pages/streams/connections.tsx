import { Safe } from "../../components/bytes.tsx";
import { bytes, milliseconds } from "../../components/format.ts";
import { LogTime } from "../../components/time.tsx";
import type { ViewContext } from "../../model.ts";
import type { StreamConnectionView } from "../../model_streams.ts";

/** Connections that are over, newest first. `named`: of several streams. */
export function ConnectionTable(
  props: {
    readonly ctx: ViewContext;
    readonly rows: readonly StreamConnectionView[];
    readonly named?: boolean;
  },
) {
  if (props.rows.length === 0) return <p class="pad muted">No connection has ended yet.</p>;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Connections that ended">
      <table>
        <thead>
          <tr>
            <th class="s">Began</th>
            {props.named === true ? <th>Stream</th> : null}
            <th>Client</th>
            <th>Ended</th>
            <th class="r s m">Lasted</th>
            <th class="r s m">Up</th>
            <th class="r s m">Down</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              <td class="s">
                <LogTime at={row.at} now={props.ctx.now} />
              </td>
              {props.named === true
                ? (
                  <td>
                    {row.stream_name === null
                      ? <span class="muted">removed</span>
                      : <a href={`/streams/${encodeURIComponent(row.stream_id)}`}>{row.stream_name}</a>}
                  </td>
                )
                : null}
              <td class="mono">
                <Safe text={row.client} />
                {row.server_name === "" ? null : (
                  <span class="sub">
                    <Safe text={row.server_name} />
                  </span>
                )}
              </td>
              <td>
                {row.why}
                {row.detail === "" ? null : (
                  <span class="sub">
                    <Safe text={row.detail} />
                  </span>
                )}
              </td>
              <td class="r s m">{milliseconds(row.duration_ms)}</td>
              <td class="r s m">{bytes(row.upload_bytes)}</td>
              <td class="r s m">{bytes(row.download_bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
