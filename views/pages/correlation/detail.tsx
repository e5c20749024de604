import { Safe } from "../../components/bytes.tsx";
import { bytes, duration, milliseconds, plural } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { PageHead } from "../../components/page_head.tsx";
import { Ago, LogTime } from "../../components/time.tsx";
import { Verdict } from "../../components/verdict.tsx";
import type { ViewContext } from "../../model.ts";
import type { CorrelationDetailView, CorrelationSnapshotView } from "../../model_correlation.ts";
import { BlockState } from "./block_state.tsx";

export interface CorrelationDetailProps {
  readonly ctx: ViewContext;
  readonly event: CorrelationDetailView;
}

const GROUPS: Readonly<Record<string, string>> = {
  source_ip: "one address",
  source_64: "one client",
  session: "one session",
  fingerprint: "one fingerprint",
};

/** Who, why, and the requests that made it. */
export function CorrelationDetailPage({ ctx, event }: CorrelationDetailProps) {
  const may = ctx.user.role !== "viewer" && event.block === "in_force";
  const gone = event.counted - event.snapshots.filter(({ counted }) => counted).length;
  return (
    <>
      <PageHead
        title={event.rule_name}
        crumb={{ href: "/correlation", text: "Correlation" }}
        actions={may
          ? (
            <PostButton
              ctx={ctx}
              action={`/correlation/${encodeURIComponent(event.id)}/lift`}
              class="btn main"
            >
              Lift the block
            </PostButton>
          )
          : undefined}
      >
        {plural(event.counted, "request")} of {GROUPS[event.group_by] ?? "one cookie"} within{" "}
        {duration(event.window_seconds * 1_000)} met this rule.
      </PageHead>
      <div class="stack">
        <section class="card pad" aria-label="The event">
          <dl class="kv">
            <dt>When</dt>
            <dd>
              <Ago at={event.at} now={ctx.now} />
            </dd>
            <dt>Answer</dt>
            <dd>
              <Verdict action={event.action} />, <BlockState event={event} now={ctx.now} />
            </dd>
            <dt>Rule</dt>
            <dd>
              <a href={`/rules/${encodeURIComponent(event.rule_id)}`}>{event.rule_id}</a>, {event.severity}
            </dd>
            {event.steps.length === 0 ? null : (
              <>
                <dt>By</dt>
                <dd>
                  {event.steps.length === 1 ? "" : `${event.steps.length} ways: `}
                  {event.steps.join(", ")}
                </dd>
              </>
            )}
            <dt>Host</dt>
            <dd>{event.host_name ?? "a host that is gone"}</dd>
            <dt>Clients</dt>
            <dd>
              {event.clients.map((client, i) => (
                <>
                  {i === 0 ? "" : ", "}
                  <a class="mono" href={trafficHref({ client }, { range: "24h" })}>{client}</a>
                </>
              ))}
            </dd>
            {event.group_by === "source_ip" || event.group_by === "source_64" ? null : (
              <>
                <dt>Grouped by</dt>
                <dd>
                  {event.group_by}: <span class="mono">{event.group}</span>
                </dd>
              </>
            )}
          </dl>
        </section>
        <section class="card" aria-label="Requests">
          <header>
            <h2>Requests</h2>
            <p class="small muted">
              Marked ones counted.{" "}
              {gone > 0 ? `${plural(gone, "request")} that counted left the memory before the event. ` : ""}
              Of bodies only length and a keyed hash are kept.
            </p>
          </header>
          <div class="scroll" tabindex={0} role="region" aria-label="Requests of the event">
            <table data-rows>
              <thead>
                <tr>
                  <th>Time</th>
                  <th>Request</th>
                  <th class="r">Status</th>
                  <th class="s m">Answer</th>
                  <th class="s m">Body</th>
                  <th class="s">Found</th>
                </tr>
              </thead>
              <tbody>{event.snapshots.map((each) => <Row ctx={ctx} each={each} />)}</tbody>
            </table>
          </div>
        </section>
      </div>
    </>
  );
}

function Row({ ctx, each }: { readonly ctx: ViewContext; readonly each: CorrelationSnapshotView }) {
  return (
    <tr>
      <td>
        <LogTime at={each.at} now={ctx.now} />
        <span class="sub">{each.counted ? <span class="tag accent">counted</span> : "in between"}</span>
      </td>
      <td>
        <a class="mono" href={`/traffic/${encodeURIComponent(each.id)}`}>
          <Safe text={`${each.method} ${each.target}`} />
        </a>
        <span class="sub">
          <span class="mono">{each.client}</span> <Safe text={each.user_agent} />
        </span>
      </td>
      <td class="r">{each.status === 0 ? "none" : each.status}</td>
      <td class="s m">
        {bytes(each.size)}
        <span class="sub">
          <Safe text={each.content_type} /> {milliseconds(each.latency_ms)}
        </span>
      </td>
      <td class="s m">
        {each.body_bytes === 0 ? "none" : bytes(each.body_bytes)}
        {each.body_hash === "" ? null : <span class="sub mono">{each.body_hash}</span>}
      </td>
      <td class="s">{each.rule_ids.join(" ")}</td>
    </tr>
  );
}
