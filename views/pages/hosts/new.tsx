import { PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import { ShortHostFields, TestTargetButton } from "./short_form.tsx";

/** The short form: everything else has a default and can be changed later. */
export function NewHostPage(props: { readonly ctx: ViewContext; readonly form: FormState }) {
  return (
    <>
      <PageHead title="Add host" crumb={{ href: "/hosts", text: "Hosts" }}>
        It is served at once, without a restart. Everything can be changed later.
      </PageHead>
      <div class="narrow">
        <PostForm ctx={props.ctx} action="/hosts/new" class="card pad form" state={props.form}>
          <ShortHostFields ctx={props.ctx} form={props.form} autofocus />
          <div class="row">
            <TestTargetButton />
            <a class="btn bare end" href="/hosts">Cancel</a>
            <button type="submit" class="btn main">Add host</button>
          </div>
        </PostForm>
      </div>
    </>
  );
}
