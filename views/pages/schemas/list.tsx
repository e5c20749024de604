import { Safe } from "../../components/bytes.tsx";
import { Empty } from "../../components/empty.tsx";
import { plural } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { ViewContext } from "../../model.ts";
import type { SchemaView } from "../../model_schemas.ts";

/** Which APIs are described, where they are served, and what becomes of requests that do not fit. */
export function SchemaListPage(
  props: { readonly ctx: ViewContext; readonly schemas: readonly SchemaView[] },
) {
  const { schemas, ctx } = props;
  const add = ctx.user.role === "viewer" ? null : (
    <a class="btn main" href="/schemas/new">
      <Icon name="plus" />Add schema
    </a>
  );
  if (schemas.length === 0) {
    return (
      <>
        <PageHead title="Schemas" actions={add}>No API is described.</PageHead>
        <Empty
          title="No API is described"
          text="With an OpenAPI or Swagger document Aegis knows what an API takes: requests with other paths, methods, parameters or bodies need not reach it."
          cli="aegis schema add --host api.example.com --file openapi.yaml"
        />
      </>
    );
  }
  return (
    <>
      <PageHead title="Schemas" actions={add}>{plural(schemas.length, "API")} described.</PageHead>
      <div class="card">
        <div class="scroll">
          <table data-rows>
            <thead>
              <tr>
                <th>Schema</th>
                <th>Mode</th>
                <th class="s">Host</th>
                <th class="r s">Endpoints</th>
                <th class="s m">Document</th>
              </tr>
            </thead>
            <tbody>
              {schemas.map((schema) => (
                <tr>
                  <td>
                    <a href={`/schemas/${encodeURIComponent(schema.id)}`}>
                      <Safe text={schema.name} />
                    </a>
                    {schema.origin === "file" ? <span class="tag">from file</span> : null}
                    <span class="sub phone">{schema.host_name}</span>
                  </td>
                  <td>
                    <ModeText mode={schema.mode} />
                  </td>
                  <td class="s">{schema.host_name}</td>
                  <td class="r s">{schema.endpoints}</td>
                  <td class="s m">
                    <DocumentState schema={schema} now={ctx.now} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </>
  );
}

export function ModeText({ mode }: Pick<SchemaView, "mode">) {
  return <span class={mode === "enforce" ? undefined : "muted"}>{mode}</span>;
}

function DocumentState({ schema, now }: { readonly schema: SchemaView; readonly now: number }) {
  if (schema.url === "") return <>{schema.origin === "file" ? "a file" : "uploaded"}</>;
  if (schema.failure !== "") return <>not fetched: {schema.failure}</>;
  return schema.fetched_at === null ? <>not fetched yet</> : (
    <>
      fetched <Ago at={schema.fetched_at} now={now} />
    </>
  );
}
