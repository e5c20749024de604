import { AreaField, SelectField, TextField } from "../../../components/field.tsx";
import { TlsTestResult } from "../tls_test_result.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** How targets are spoken to over TLS. */
export function UpstreamTlsCard(
  { host, form, certificates }: Pick<TabProps, "host" | "form" | "certificates">,
) {
  const action = `/hosts/${encodeURIComponent(host.id)}/tls-test`;
  return (
    <Card title="TLS towards targets">
      <SelectField
        form={form}
        name="mtls_upstream.certificate_id"
        label="Client certificate"
        value={host.mtls_upstream.certificate_id ?? ""}
        options={[{ value: "", text: "none" }, ...certificates]}
        hint="Shown to targets that ask for one."
      />
      <AreaField
        form={form}
        name="mtls_upstream.ca"
        label="Authorities, as PEM"
        value={host.mtls_upstream.ca}
        placeholder="-----BEGIN CERTIFICATE-----"
        hint="Only these are believed then. Empty: the public ones."
      />
      <TextField
        form={form}
        name="mtls_upstream.server_name"
        label="Server name"
        value={host.mtls_upstream.server_name}
        placeholder="the name in the target’s address"
        hint="Sent and verified instead of the name in the address."
      />
      {host.targets.some(({ url }) => url.startsWith("https:"))
        ? (
          <>
            <button
              type="submit"
              class="btn"
              formaction={action}
              formnovalidate
              hx-post={action}
              hx-target="#tls-test-result"
              hx-swap="outerHTML"
            >
              Test TLS as saved
            </button>
            <TlsTestResult result={null} now={0} />
          </>
        )
        : null}
    </Card>
  );
}
