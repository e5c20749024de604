import { PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { ViewContext } from "../../model.ts";
import { AccessFields, PlaceFields, type StreamFieldProps, TlsFields } from "./fields.tsx";

/** The short form: everything else has a default and can be changed later. */
export function NewStreamPage(props: Omit<StreamFieldProps, "stream"> & { readonly ctx: ViewContext }) {
  const fields = { ...props, stream: null };
  return (
    <>
      <PageHead title="Add stream" crumb={{ href: "/streams", text: "Streams" }}>
        Its port is opened at once. Everything can be changed later.
      </PageHead>
      <div class="narrow">
        <PostForm ctx={props.ctx} action="/streams/new" class="card pad form" state={props.form}>
          <PlaceFields {...fields} />
          <AccessFields {...fields} />
          <TlsFields {...fields} />
          <div class="row">
            <a class="btn bare end" href="/streams">Cancel</a>
            <button type="submit" class="btn main">Add stream</button>
          </div>
        </PostForm>
      </div>
    </>
  );
}
