import { Safe } from "../../components/bytes.tsx";
import { ConfirmByName } from "../../components/confirm.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { CertificateDetail, FormState, ViewContext } from "../../model.ts";
import { Chain } from "./chain.tsx";
import { UploadForm } from "./list.tsx";
import { Uses } from "./parts.tsx";

/** One certificate: its chain, its uses, and how it is renewed or deleted. */
export function CertificatePage(
  props: { readonly ctx: ViewContext; readonly certificate: CertificateDetail; readonly form: FormState },
) {
  const { certificate, ctx } = props;
  const may = ctx.user.role !== "viewer";
  const name = certificate.names[0] ?? certificate.subject;
  const path = `/certificates/${encodeURIComponent(certificate.id)}`;
  const isBound = certificate.used_by.some(({ as }) => as !== "matching");
  return (
    <>
      <PageHead title={name} crumb={{ href: "/certificates", text: "Certificates" }}>
        {certificate.not_after > ctx.now ? "Ends" : "Over since"}{" "}
        <Ago at={certificate.not_after} now={ctx.now} />.
      </PageHead>
      <div class="aside">
        <div class="stack">
          <section class="card">
            <header>
              <h2>Chain</h2>
            </header>
            <div class="pad">
              <Chain chain={certificate.chain} now={ctx.now} />
            </div>
          </section>
          {may
            ? <UploadForm ctx={ctx} form={props.form} action={path} title="Put a renewed one in its place" />
            : null}
        </div>
        <aside class="stack" aria-label="Uses">
          <section class="card pad stack fill">
            <h2>Used by</h2>
            <Uses uses={certificate.used_by} />
            {!may
              ? null
              : isBound
              ? <p class="small muted">It can be deleted once no host is bound to it.</p>
              : <button type="button" class="btn danger" popovertarget="delete">Delete certificate…</button>}
          </section>
        </aside>
      </div>
      {may && !isBound
        ? (
          <ConfirmByName
            ctx={ctx}
            id="delete"
            action={`${path}/delete`}
            title="Delete this certificate?"
            name={name}
            button="Delete certificate"
          >
            <Safe text={name} />{" "}
            and its key are gone then. Hosts that used it by its name get one of Aegis’s own CA.
          </ConfirmByName>
        )
        : null}
    </>
  );
}
