import { Safe } from "../../components/bytes.tsx";
import { ConfirmByName } from "../../components/confirm.tsx";
import { TextField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { PostButton, PostForm } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SaveBar } from "../../components/save_bar.tsx";
import { Ago } from "../../components/time.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import type { SchemaDetail, SchemaRuleView } from "../../model_schemas.ts";
import { DocumentFields, RuleFields, SourceFields } from "./fields.tsx";
import { ModeText } from "./list.tsx";

interface EditorProps {
  readonly ctx: ViewContext;
  readonly schema: SchemaDetail;
  readonly form: FormState;
}

/** One schema: how it is applied, its document, and a switch for each endpoint. */
export function SchemaEditorPage({ ctx, schema, form }: EditorProps) {
  const path = `/schemas/${encodeURIComponent(schema.id)}`;
  const locked = isLocked(ctx, schema);
  return (
    <>
      <PageHead title={schema.name} crumb={{ href: "/schemas", text: "Schemas" }}>
        {plural(schema.endpoints, "endpoint")} on{" "}
        <a href={`/hosts/${encodeURIComponent(schema.host_id)}`}>{schema.host_name}</a>, below{" "}
        <span class="mono">{schema.bases.map((base) => base === "" ? "/" : base).join(", ")}</span>.
      </PageHead>
      <div class="aside">
        <div class="stack">
          {schema.origin === "file"
            ? (
              <Note kind="accent">
                This schema is declared in <code>aegis.yml</code>. Change it there, then reload under{" "}
                <a href="/system">System</a>.
              </Note>
            )
            : null}
          <Notes schema={schema} />
          <PostForm ctx={ctx} action={path} class="stack" state={form} label="Schema" watch>
            <input type="hidden" name="version" value={schema.version} />
            <fieldset class="stack" disabled={locked}>
              <section class="card">
                <header>
                  <h2>Requests that do not fit</h2>
                </header>
                <div class="pad form">
                  <RuleFields form={form} schema={schema} />
                </div>
              </section>
              <section class="card">
                <header>
                  <h2>Where it comes from</h2>
                </header>
                <div class="pad form">
                  <TextField form={form} name="name" label="Name" value={schema.name} required />
                  <SourceFields form={form} schema={schema} />
                </div>
              </section>
              {locked ? null : <SaveBar discard={path} />}
            </fieldset>
          </PostForm>
          <Endpoints ctx={ctx} schema={schema} />
        </div>
        <aside class="stack" aria-label="Document">
          <DocumentCard ctx={ctx} schema={schema} />
          {locked ? null : <Upload ctx={ctx} schema={schema} form={form} />}
          {locked
            ? null
            : <button type="button" class="btn danger" popovertarget="delete">Remove schema</button>}
        </aside>
      </div>
      {locked ? null : (
        <ConfirmByName
          ctx={ctx}
          id="delete"
          action={`${path}/delete`}
          title={`Remove ${schema.name}?`}
          name={schema.name}
          button="Remove schema"
        >
          Requests to {schema.host_name} need not fit it any more. This cannot be undone.
        </ConfirmByName>
      )}
    </>
  );
}

/** Only looked at: by this user, or by everybody, because aegis.yml declares it. */
function isLocked(ctx: ViewContext, schema: SchemaDetail): boolean {
  return ctx.user.role === "viewer" || schema.origin === "file";
}

function Notes({ schema }: Pick<EditorProps, "schema">) {
  return (
    <>
      {schema.failure === ""
        ? null
        : (
          <Note kind="blocked" title="The last fetch brought no document that can be used">
            <p>
              <Safe text={schema.failure} />.{" "}
              {schema.dialect === "" ? "Nothing is checked until it is." : "The last good one is in force."}
            </p>
          </Note>
        )}
      {schema.notes.length === 0 ? null : (
        <Note kind="accent" title="Not checked">
          <ul>
            {schema.notes.map((note) => (
              <li>
                <Safe text={note} />
              </li>
            ))}
          </ul>
        </Note>
      )}
    </>
  );
}

function DocumentCard({ ctx, schema }: Pick<EditorProps, "ctx" | "schema">) {
  return (
    <section class="card">
      <header>
        <h2>Document</h2>
      </header>
      <div class="pad stack">
        <dl class="kv">
          <dt>Title</dt>
          <dd>
            <Safe text={`${schema.title} ${schema.api_version}`} />
          </dd>
          <dt>Format</dt>
          <dd>
            {schema.dialect === ""
              ? "not known yet"
              : `${schema.dialect.startsWith("2") ? "Swagger" : "OpenAPI"} ${schema.dialect}`}
          </dd>
          <dt>{schema.url === "" ? "Source" : "Fetched"}</dt>
          <dd>
            {schema.url === ""
              ? schema.origin === "file" ? "a file" : "uploaded"
              : schema.fetched_at === null
              ? "never"
              : <Ago at={schema.fetched_at} now={ctx.now} />}
          </dd>
        </dl>
        {schema.url === "" || ctx.user.role === "viewer"
          ? null
          : (
            <PostButton ctx={ctx} action={`/schemas/${encodeURIComponent(schema.id)}/refresh`}>
              Fetch now
            </PostButton>
          )}
      </div>
    </section>
  );
}

function Upload({ ctx, schema, form }: EditorProps) {
  const action = `/schemas/${encodeURIComponent(schema.id)}/ingest`;
  return (
    <details class="card">
      <summary class="pad">Another document</summary>
      <form
        method="post"
        action={action}
        class="pad form"
        enctype="multipart/form-data"
        aria-label="Another document"
        hx-post={action}
        hx-encoding="multipart/form-data"
        hx-target="#main"
      >
        <input type="hidden" name="csrf" value={ctx.csrf} />
        <DocumentFields form={form} />
        <button type="submit" class="btn">Take this document</button>
      </form>
    </details>
  );
}

const NEXT: readonly { readonly value: string; readonly text: string }[] = [
  { value: "inherit", text: "as the schema" },
  { value: "off", text: "off" },
  { value: "detect", text: "detect" },
  { value: "enforce", text: "enforce" },
];

function Endpoints({ ctx, schema }: Pick<EditorProps, "ctx" | "schema">) {
  return (
    <section class="card">
      <header>
        <h2>Endpoints</h2>
      </header>
      <div class="scroll" tabindex={0} role="region" aria-label="Endpoints">
        <table>
          <thead>
            <tr>
              <th>Endpoint</th>
              <th class="r s m">Parameters</th>
              <th class="s m">Body</th>
              <th>Mode</th>
            </tr>
          </thead>
          <tbody>
            {schema.rules.map((rule) => (
              <tr>
                <td class="mono">
                  <b>{rule.method}</b> <Safe text={rule.path} />
                </td>
                <td class="r s m">{rule.parameters}</td>
                <td class="s m">
                  <Safe text={rule.body.join(", ")} />
                </td>
                <td>
                  {isLocked(ctx, schema)
                    ? <ModeText mode={rule.mode} />
                    : <RuleSwitch ctx={ctx} schema={schema} rule={rule} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function RuleSwitch(
  { ctx, schema, rule }: {
    readonly ctx: ViewContext;
    readonly schema: SchemaDetail;
    readonly rule: SchemaRuleView;
  },
) {
  const action = `/schemas/${encodeURIComponent(schema.id)}/rules/${rule.i}`;
  return (
    <form method="post" action={action} class="choice" hx-post={action} hx-target="#main">
      <input type="hidden" name="csrf" value={ctx.csrf} />
      <select name="mode" aria-label={`Mode of ${rule.method} ${rule.path}`}>
        {NEXT.map(({ value, text }) => (
          <option value={value} selected={value === (rule.own_mode ?? "inherit")}>{text}</option>
        ))}
      </select>
      <button type="submit" class="btn">Set</button>
    </form>
  );
}
