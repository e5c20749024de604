import { Safe } from "../../components/bytes.tsx";
import { Empty } from "../../components/empty.tsx";
import { AreaField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { PostForm } from "../../components/form.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { CertificateView, FormState, ViewContext } from "../../model.ts";
import { Ends, Uses } from "./parts.tsx";

/** Which certificates are stored, what uses them, and when they end. */
export function CertificatesPage(
  props: {
    readonly ctx: ViewContext;
    readonly certificates: readonly CertificateView[];
    readonly form: FormState;
  },
) {
  const { certificates } = props;
  const may = props.ctx.user.role !== "viewer";
  return (
    <>
      <PageHead title="Certificates">
        {certificates.length === 0
          ? "None is stored."
          : `${plural(certificates.length, "certificate")} stored.`}{" "}
        A host without one gets one of Aegis’s own CA by itself.
      </PageHead>
      <div class="aside">
        {certificates.length === 0
          ? (
            <Empty
              title="No certificate is stored"
              text={
                <>
                  Hosts are served with certificates of Aegis’s own CA, which browsers trust only where it was
                  made known to them.{" "}
                  {may ? "Upload one of a public CA here; hosts whose names it covers use it at once." : ""}
                </>
              }
              cli="aegis cert import --cert fullchain.pem --key privkey.pem"
            />
          )
          : <CertificateTable {...props} />}
        {may
          ? (
            <UploadForm
              ctx={props.ctx}
              form={props.form}
              action="/certificates"
              title="Upload a certificate"
            />
          )
          : null}
      </div>
    </>
  );
}

function CertificateTable(
  props: { readonly ctx: ViewContext; readonly certificates: readonly CertificateView[] },
) {
  return (
    <div class="card">
      <div class="scroll">
        <table data-rows>
          <thead>
            <tr>
              <th>Names</th>
              <th class="s">Issuer</th>
              <th class="s m">Key</th>
              <th>Ends</th>
              <th class="s">Used by</th>
            </tr>
          </thead>
          <tbody>
            {props.certificates.map((each) => (
              <tr>
                <td>
                  <a href={`/certificates/${encodeURIComponent(each.id)}`} class="mono">
                    <Safe text={each.names[0] ?? each.subject} />
                  </a>
                  {each.names.length > 1
                    ? <span class="sub">and {plural(each.names.length - 1, "other name")}</span>
                    : null}
                  <span class="sub phone">
                    <Safe text={shortName(each.issuer)} />
                  </span>
                </td>
                <td class="s">
                  <Safe text={shortName(each.issuer)} />
                </td>
                <td class="s m">{each.key_type}</td>
                <td>
                  <Ends certificate={each} now={props.ctx.now} />
                </td>
                <td class="s">
                  <Uses uses={each.used_by} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** `CN=R11, O=…` as `R11`: the whole stands on the certificate's own page. */
function shortName(name: string): string {
  return /^CN=([^,]+)/.exec(name)?.[1] ?? name;
}

/** Certificate and key as PEM text. */
export function UploadForm(
  props: {
    readonly ctx: ViewContext;
    readonly form: FormState;
    readonly action: string;
    readonly title: string;
  },
) {
  return (
    <PostForm
      ctx={props.ctx}
      action={props.action}
      class="card pad form"
      state={props.form}
      label={props.title}
    >
      <h2>{props.title}</h2>
      <AreaField
        form={props.form}
        name="certificate"
        label="Certificate and chain, as PEM"
        rows={6}
        placeholder="-----BEGIN CERTIFICATE-----"
        hint="The whole text of fullchain.pem; the order does not matter."
      />
      <AreaField
        form={props.form}
        name="key"
        label="Private key, as PEM"
        rows={6}
        placeholder="-----BEGIN PRIVATE KEY-----"
        hint="Without a passphrase. It is sealed before it is stored and never shown again."
      />
      <button type="submit" class="btn main">Upload</button>
    </PostForm>
  );
}
