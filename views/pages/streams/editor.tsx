import { Safe } from "../../components/bytes.tsx";
import { ConfirmByName } from "../../components/confirm.tsx";
import { EnabledCard } from "../../components/enabled_card.tsx";
import { bytes, count } from "../../components/format.ts";
import { PostForm } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SaveBar } from "../../components/save_bar.tsx";
import { Ago } from "../../components/time.tsx";
import { Dot } from "../../components/verdict.tsx";
import type { ViewContext } from "../../model.ts";
import type { StreamConnectionView, StreamView } from "../../model_streams.ts";
import { ConnectionTable } from "./connections.tsx";
import {
  AccessFields,
  Card,
  HealthFields,
  LimitFields,
  PlaceFields,
  ProxyFields,
  RecordFields,
  type StreamFieldProps,
  TlsFields,
} from "./fields.tsx";
import { placeText, StreamDot } from "./list.tsx";

export interface StreamEditorProps extends StreamFieldProps {
  readonly ctx: ViewContext;
  readonly stream: StreamView;
  readonly connections: readonly StreamConnectionView[];
}

/** One stream: its fields, its counters, and who was cut off. */
export function StreamEditorPage(props: StreamEditorProps) {
  const { ctx, stream } = props;
  const path = `/streams/${encodeURIComponent(stream.id)}`;
  const locked = stream.origin === "file" || ctx.user.role === "viewer";
  return (
    <>
      <PageHead title={stream.name} crumb={{ href: "/streams", text: "Streams" }}>
        <span class="mono">{placeText(stream.listen)}</span> to{" "}
        <span class="mono">{stream.upstream}</span>. Created <Ago at={stream.created_at} now={ctx.now} />.
      </PageHead>
      <div class="aside">
        <div class="stack">
          {stream.origin === "file"
            ? (
              <Note kind="accent">
                This stream is declared in <code>aegis.yml</code>. Change it there, then reload under{" "}
                <a href="/system">System</a>.
              </Note>
            )
            : null}
          <PostForm ctx={ctx} action={path} class="stack" state={props.form} label="Stream" watch>
            <input type="hidden" name="version" value={stream.version} />
            <fieldset class="stack" disabled={locked}>
              <Card title="Where">
                <PlaceFields {...props} />
              </Card>
              <Card title="Who may connect">
                <AccessFields {...props} />
              </Card>
              <Card title="TLS">
                <TlsFields {...props} />
              </Card>
              <Card title="Limits">
                <LimitFields {...props} />
              </Card>
              <Card title="PROXY protocol">
                <ProxyFields {...props} />
              </Card>
              <Card title="Health check">
                <HealthFields {...props} />
              </Card>
              <Card title="Record">
                <RecordFields {...props} />
              </Card>
              {locked ? null : <SaveBar discard={path} />}
            </fieldset>
          </PostForm>
          <section class="card">
            <header>
              <h2>Ended lately</h2>
            </header>
            <ConnectionTable ctx={ctx} rows={props.connections} />
          </section>
        </div>
        <aside class="stack" aria-label="State">
          <StreamNow ctx={ctx} stream={stream} />
          {locked ? null : <EnabledCard ctx={ctx} path={path} noun="stream" enabled={stream.enabled} />}
        </aside>
      </div>
      {locked ? null : (
        <ConfirmByName
          ctx={ctx}
          id="delete"
          action={`${path}/delete`}
          title={`Remove ${stream.name}?`}
          name={stream.name}
          button="Remove stream"
        >
          {placeText(stream.listen)} is closed; {count(stream.active)}{" "}
          open connections get ten seconds to end. Its connection log stays. This cannot be undone.
        </ConfirmByName>
      )}
    </>
  );
}

/** Asks for itself again every three seconds. */
export function StreamNow(props: { readonly ctx: ViewContext; readonly stream: StreamView }) {
  const { stream, ctx } = props;
  const { up, text, checked_at } = stream.upstream_state;
  return (
    <section
      class="card"
      id="stream-now"
      data-refresh
      hx-get={`/streams/${encodeURIComponent(stream.id)}/now`}
      hx-trigger="every 3s"
      hx-swap="outerHTML"
    >
      <header>
        <h2>Now</h2>
      </header>
      <div class="pad">
        <dl class="kv">
          <dt>State</dt>
          <dd>
            <span class="row">
              <StreamDot stream={stream} />
              {stream.state}
            </span>
            {stream.fault === "" ? null : <span class="small">{stream.fault}</span>}
          </dd>
          <dt>Upstream</dt>
          <dd>
            <span class="row">
              <Dot state={up === null ? "off" : up ? "up" : "down"} />
              <span>
                {up === null ? "not checked" : <Safe text={text} />}
                {checked_at === null ? null : (
                  <>
                    , <Ago at={checked_at} now={ctx.now} />
                  </>
                )}
              </span>
            </span>
          </dd>
          <dt>Open</dt>
          <dd>{count(stream.active)}</dd>
          <dt>In all</dt>
          <dd>{count(stream.total)}</dd>
          <dt>Refused</dt>
          <dd>{count(stream.refused)}</dd>
          <dt>Upstream failed</dt>
          <dd>{count(stream.failed)}</dd>
          <dt>From clients</dt>
          <dd>{bytes(stream.upload_bytes)}</dd>
          <dt>To clients</dt>
          <dd>{bytes(stream.download_bytes)}</dd>
        </dl>
      </div>
    </section>
  );
}
