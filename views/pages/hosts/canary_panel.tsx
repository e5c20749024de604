import { count, duration, milliseconds, percent } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { Ago } from "../../components/time.tsx";
import { Safe } from "../../components/bytes.tsx";
import type { ViewContext } from "../../model.ts";
import type { CanarySide, CanaryView } from "../../model_traffic.ts";

interface Props {
  readonly ctx: ViewContext;
  readonly data: CanaryView;
  /** The host can be changed here, by this person. */
  readonly mayChange: boolean;
}

/** Both sides next to each other, and what can be done about it. */
export function CanaryPanel(props: Props) {
  const { data } = props;
  if (data.state === "none") {
    return (
      <Note kind="accent" title="No target is a canary">
        <p>
          Run the new version beside the old one, add it under{" "}
          <a href={`/hosts/${encodeURIComponent(data.host_id)}/targets`}>Targets</a>{" "}
          with the role canary, then give it a share here. It comes back by itself when it does worse.
        </p>
      </Note>
    );
  }
  return (
    <>
      <State {...props} />
      <CanaryTable data={data} />
      <Actions {...props} />
    </>
  );
}

function State({ ctx, data }: Props) {
  if (data.state !== "rolled-back" || data.rollback === null) return null;
  const { at, reason, by } = data.rollback;
  return (
    <Note kind="detected" title="The canary was rolled back">
      <p>
        <Ago at={at} now={ctx.now} /> by {by === "" ? "Aegis" : <Safe text={by} />}:{" "}
        <Safe text={reason} />. All requests go to the primaries until it is let in again.
      </p>
    </Note>
  );
}

/** Asked for again every few seconds while nobody holds it. */
export function CanaryTable(props: { readonly data: CanaryView }) {
  const { data } = props;
  return (
    <section
      class="card"
      id="canary-table"
      data-refresh
      hx-get={`/hosts/${encodeURIComponent(data.host_id)}/canary/now`}
      hx-trigger="every 3s"
      hx-swap="outerHTML"
    >
      <header>
        <h2>Side by side</h2>
        <span class="end small muted">the last {duration(data.window_ms)} at most</span>
      </header>
      <div class="scroll" tabindex={0} role="region" aria-label="Primaries and canaries">
        <table>
          <thead>
            <tr>
              <th>
                <span class="sr">Figure</span>
              </th>
              <th class="r">Primaries</th>
              <th class="r">Canaries</th>
            </tr>
          </thead>
          <tbody>
            {ROWS.map(([name, of]) => (
              <tr>
                <th scope="row">{name}</th>
                <td class="r num">{of(data.primary)}</td>
                <td class="r num">{of(data.canary)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const ROWS: readonly (readonly [string, (side: CanarySide) => string])[] = [
  ["Targets", (side) => count(side.targets.length)],
  ["Requests", (side) => count(side.requests)],
  ["Failed", (side) => side.failed_percent === null ? "–" : percent(side.failed_percent / 100)],
  ["p50", (side) => time(side.p50)],
  ["p95", (side) => time(side.p95)],
  ["p99", (side) => time(side.p99)],
];

function Actions({ ctx, data, mayChange }: Props) {
  if (ctx.user.role === "viewer") return null;
  const action = (verb: string) => `/hosts/${encodeURIComponent(data.host_id)}/canary/${verb}`;
  return (
    <div class="row">
      {data.state === "rolled-back"
        ? <PostButton ctx={ctx} action={action("reset")} class="btn main">Let the canary in again</PostButton>
        : null}
      {data.state === "running"
        ? <PostButton ctx={ctx} action={action("rollback")} class="btn">Roll back</PostButton>
        : null}
      {mayChange
        ? (
          <PostButton ctx={ctx} action={action("promote")} class="btn">
            Make the canaries primaries
          </PostButton>
        )
        : null}
    </div>
  );
}

function time(ms: number | null): string {
  return ms === null ? "–" : milliseconds(ms);
}
