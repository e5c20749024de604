import { SelectField, TextField } from "../../components/field.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import { DocumentFields, RuleFields, SourceFields } from "./fields.tsx";

/** A document, a host, and a mode. */
export function NewSchemaPage(
  props: {
    readonly ctx: ViewContext;
    readonly form: FormState;
    readonly hosts: readonly { readonly value: string; readonly text: string }[];
  },
) {
  const { ctx, form } = props;
  return (
    <>
      <PageHead title="Add schema" crumb={{ href: "/schemas", text: "Schemas" }}>
        In mode detect nothing is refused: what would be stands under Traffic.
      </PageHead>
      <div class="narrow">
        <form
          method="post"
          action="/schemas/new"
          class="card pad form"
          enctype="multipart/form-data"
          aria-label="Schema"
          hx-post="/schemas/new"
          hx-encoding="multipart/form-data"
          hx-target="#main"
        >
          <input type="hidden" name="csrf" value={ctx.csrf} />
          {form.message === null ? null : <Note kind="blocked" title={form.message} alert />}
          <SelectField form={form} name="host" label="Host" value="" options={props.hosts} />
          <SourceFields form={form} schema={null} />
          <DocumentFields form={form} />
          <RuleFields form={form} schema={null} />
          <TextField form={form} name="name" label="Name" placeholder="the document’s title" />
          <div class="row">
            <a class="btn bare end" href="/schemas">Cancel</a>
            <button type="submit" class="btn main">Add schema</button>
          </div>
        </form>
      </div>
    </>
  );
}
