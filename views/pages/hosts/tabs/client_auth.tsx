import { AreaField, SelectField, TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Certificates that clients show to come in. */
export function ClientAuthCard({ host, form }: Pick<TabProps, "host" | "form">) {
  return (
    <Card title="Client certificates">
      <SelectField
        form={form}
        name="client_auth.mode"
        label="Clients"
        value={host.client_auth.mode}
        options={[
          { value: "off", text: "are not asked for a certificate" },
          { value: "request", text: "are asked for one and may go without" },
          { value: "require", text: "come in with a good one only" },
        ]}
      />
      <AreaField
        form={form}
        name="client_auth.ca"
        label="Authorities, as PEM"
        value={host.client_auth.ca}
        placeholder="-----BEGIN CERTIFICATE-----"
        hint="Certificates that these have signed are good."
      />
      <AreaField
        form={form}
        name="client_auth.crl"
        label="Revocation lists, as PEM"
        value={host.client_auth.crl}
        placeholder="-----BEGIN X509 CRL-----"
        hint="Of the authorities and those between: what they name is refused. Empty: none."
      />
      <TextField
        form={form}
        name="client_auth.subject_header"
        label="Header with the subject"
        value={host.client_auth.subject_header}
        placeholder="none"
        hint="Tells the target whose certificate it was, such as x-client-subject. A client’s own is dropped."
      />
    </Card>
  );
}
