import { EnterButton, PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Segments } from "../../components/tabs.tsx";
import type { HostKind } from "../../../src/core/host_kind.ts";
import type { FormState, ViewContext } from "../../model.ts";
import { RedirectFields } from "./redirect_fields.tsx";
import { DomainField, ShortHostFields, TestTargetButton } from "./short_form.tsx";

const KINDS: readonly (readonly [HostKind, string])[] = [
  ["proxy", "Passes requests on"],
  ["redirect", "Leads elsewhere"],
  ["dead", "Answers 404"],
];

/** The short form: everything else has a default and can be changed later. */
export function NewHostPage(
  props: { readonly ctx: ViewContext; readonly form: FormState; readonly kind: HostKind },
) {
  const { kind } = props;
  return (
    <>
      <PageHead title="Add host" crumb={{ href: "/hosts", text: "Hosts" }}>
        It is served at once, without a restart. Everything can be changed later.
      </PageHead>
      <div class="narrow stack">
        <Segments
          label="What it does"
          items={KINDS.map(([each, text]) => ({
            href: each === "proxy" ? "/hosts/new" : `/hosts/new?kind=${each}`,
            text,
            current: each === kind,
          }))}
        />
        <PostForm ctx={props.ctx} action="/hosts/new" class="card pad form" state={props.form}>
          <EnterButton />
          <input type="hidden" name="kind" value={kind} />
          {kind === "proxy"
            ? <ShortHostFields ctx={props.ctx} form={props.form} autofocus />
            : <DomainField form={props.form} autofocus />}
          {kind === "proxy"
            ? (
              <p class="hint">
                An API? Programs such as curl are challenged as automated at first. A challenged request in
                Traffic has the buttons that let them in; so has the host, under Challenge.
              </p>
            )
            : null}
          {kind === "redirect" ? <RedirectFields form={props.form} redirect={null} /> : null}
          {kind === "dead"
            ? <p class="muted">Every request to it is answered 404, and written down.</p>
            : null}
          <div class="row">
            {kind === "proxy" ? <TestTargetButton /> : null}
            <a class="btn bare end" href="/hosts">Cancel</a>
            <button type="submit" class="btn main">Add host</button>
          </div>
        </PostForm>
      </div>
    </>
  );
}
