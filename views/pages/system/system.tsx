import { Safe } from "../../components/bytes.tsx";
import { bytes, count } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import { Dot } from "../../components/verdict.tsx";
import type { ViewContext } from "../../model.ts";
import type { SystemView } from "../../model_system.ts";

const GOOD_STATES = new Set(["on", "open", "ready", "running", "ok", "serving"]);
const OFF_STATES = new Set(["off", "absent", "not configured"]);

const SOURCES = { file: "Configuration file", docker: "Containers" } as const;

/** Is every layer on, and the remedy where one is not. */
export function SystemPage(props: { readonly ctx: ViewContext; readonly status: SystemView }) {
  const { ctx, status } = props;
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  return (
    <>
      <PageHead
        title="System"
        actions={
          <>
            <a class="btn" href="/system/trust" download>Trust bundle</a>
            {may ? <PostButton ctx={ctx} action="/system/reload">Reload configuration</PostButton> : null}
          </>
        }
      >
        Aegis {status.version}, {status.form}, started <Ago at={status.started_at} now={ctx.now} />.
      </PageHead>
      <div class="stack">
        {status.database.error === undefined
          ? null
          : <Note kind="blocked" title="The database has a problem" alert>{status.database.error}</Note>}
        {status.log.error === undefined
          ? null
          : <Note kind="blocked" title="The request log has a problem" alert>{status.log.error}</Note>}
        {status.sources.filter((source) => source.state === "failed").map((source) => (
          <Note kind="blocked" title={`${SOURCES[source.kind]}: not as it should be`} alert>
            <Safe text={`${source.place}: ${source.text}`} />
          </Note>
        ))}
        {status.log.lost + status.log.sampled_out === 0
          ? null
          : (
            <Note kind="detected" title="Not every request is in the log">
              {count(status.log.sampled_out)} allowed requests were left out because the log fell behind,{" "}
              {count(status.log.lost)} were lost. Blocks and detections are never left out.
            </Note>
          )}
        <div class="grid">
          <Rows
            title="Layers in force"
            rows={status.layers.map((layer) => ({
              name: layer.name,
              state: layer.state,
              remedy: layer.remedy,
            }))}
          />
          <Rows
            title="Listeners"
            rows={status.listeners.map((listener) => ({
              name: `${listener.name} ${listener.address}`,
              state: listener.state,
              remedy: listener.remedy,
            }))}
          />
          <Rows
            title="Threads"
            rows={status.threads.map((thread) => ({
              name: thread.kind === "gateway" ? `gateway ${thread.index}` : thread.kind,
              state: thread.state,
              remedy: thread.restarts === 0 ? undefined : `restarted ${count(thread.restarts)} times`,
            }))}
          />
          {status.sources.length === 0 ? null : (
            <Rows
              title="Where hosts come from"
              rows={status.sources.flatMap((source) => [
                {
                  name: `${SOURCES[source.kind]} ${source.place}`,
                  state: source.state,
                  remedy: source.text,
                },
                ...source.problems.map((problem) => ({
                  name: problem.where,
                  state: "refused",
                  remedy: `${problem.message}: ${problem.remedy}`,
                })),
              ])}
            />
          )}
          <section class="card w3">
            <header>
              <h2>Versions and sizes</h2>
            </header>
            <div class="pad">
              <dl class="kv">
                <dt>Aegis</dt>
                <dd>{status.version} {status.commit === "" ? "" : <code>{status.commit}</code>}</dd>
                <dt>Rules</dt>
                <dd>{status.ruleset_version}</dd>
                <dt>Deno, V8</dt>
                <dd>{status.deno}, {status.v8}</dd>
                <dt>Memory</dt>
                <dd>{bytes(status.memory_bytes)}</dd>
                <dt>Database</dt>
                <dd class="break">
                  <code>{status.database.path}</code>, {bytes(status.database.bytes)}
                </dd>
                <dt>In force</dt>
                <dd>snapshot {count(status.snapshot_version)}</dd>
              </dl>
            </div>
          </section>
        </div>
      </div>
    </>
  );
}

function Rows(
  props: {
    readonly title: string;
    readonly rows: readonly {
      readonly name: string;
      readonly state: string;
      readonly remedy?: string | undefined;
    }[];
  },
) {
  return (
    <section class="card w3">
      <header>
        <h2>{props.title}</h2>
      </header>
      <ul class="list">
        {props.rows.map((row) => (
          <li>
            <Dot state={GOOD_STATES.has(row.state) ? "up" : OFF_STATES.has(row.state) ? "off" : "down"} />
            <div>
              {row.name}
              {row.remedy === undefined ? null : (
                <p>
                  <Safe text={row.remedy} />
                </p>
              )}
            </div>
            <span class="muted end">{row.state}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
