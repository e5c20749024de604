import { Safe } from "../../components/bytes.tsx";
import { clockTime, count, milliseconds, UNREAD_REQUEST } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { Dot, Verdict } from "../../components/verdict.tsx";
import type { TrafficRow, ViewContext } from "../../model.ts";

/** How many rows the tail keeps; app.js trims to it. */
export const TAIL_ROWS = 6;

/** Newest first; rows wait while hovered, focused or paused, so that nothing moves under the pointer. */
export function LiveTail(
  props: { readonly ctx: ViewContext; readonly rows: readonly TrafficRow[]; readonly perSecond: number },
) {
  return (
    <section class="card w2" data-live>
      <header>
        <h2>Live</h2>
        <span class="live">
          <Dot state="up" />
          <span data-live-state>{count(Math.round(props.perSecond))} a second</span>
        </span>
        <button type="button" class="btn bare end" aria-pressed="false" data-pause>
          <Icon name="pause" />Pause
        </button>
      </header>
      <div role="log" aria-live="off" aria-label="Live requests, newest first">
        <ol
          class="tail"
          id="tail"
          data-rows={TAIL_ROWS}
          hx-sse:connect="/live"
          hx-swap="afterbegin"
        >
          {props.rows.slice(0, TAIL_ROWS).map((row) => <TailRow row={row} />)}
          {props.rows.length === 0
            ? (
              <li data-placeholder>
                <span class="path muted">Requests appear here as they come.</span>
              </li>
            )
            : null}
        </ol>
      </div>
    </section>
  );
}

/** One line of the tail; also what the event stream sends. */
function TailRow(props: { readonly row: TrafficRow }) {
  const { row } = props;
  const why = row.rules[0]?.id ?? row.reason;
  return (
    <li>
      <time datetime={new Date(row.at).toISOString()}>{clockTime(row.at)}</time>
      <Verdict action={row.action} />
      <span class="who clip">
        <Safe text={row.client} />
      </span>
      <span class="muted clip">
        {why === null ? milliseconds(row.latency_ms) : <Safe text={why} />}
      </span>
      <a class="path clip" href={`/traffic/${encodeURIComponent(row.id)}`}>
        <Safe text={`${row.host} ${row.method} ${row.target}`.trimStart().slice(0, 300) || UNREAD_REQUEST} />
      </a>
    </li>
  );
}

/** One message of the stream: the rows that are shown, and how many came besides. */
export function TailMessage(props: { readonly rows: readonly TrafficRow[]; readonly more: number }) {
  return (
    <>
      {props.rows.map((row) => <TailRow row={row} />)}
      {props.more === 0 ? null : (
        <li class="more">
          <span class="path muted">and {count(props.more)} more</span>
        </li>
      )}
    </>
  );
}
