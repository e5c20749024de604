import { SelectField, SwitchField, TextField } from "../../../components/field.tsx";
import { ClientAuthCard } from "./client_auth.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Certificate, versions, and how browsers are led to HTTPS. */
export function TlsTab({ host, form, certificates }: TabProps) {
  return (
    <>
      <Card title="TLS">
        <SelectField
          form={form}
          name="certificate"
          label="Certificate"
          value={host.certificate}
          options={[
            { value: "auto", text: "The stored one that fits the name, else the local CA" },
            { value: "custom", text: "The one chosen here" },
            { value: "none", text: "None of its own" },
          ]}
        />
        <SelectField
          form={form}
          name="certificate_id"
          label="Chosen certificate"
          value={host.certificate_id ?? ""}
          options={[{ value: "", text: "none" }, ...certificates]}
          hint={
            <>
              Uploaded under <a href="/certificates">Certificates</a>.
            </>
          }
        />
        <SelectField
          form={form}
          name="tls_min_version"
          label="Oldest TLS version"
          value={host.tls_min_version}
          options={[{ value: "1.2", text: "1.2" }, { value: "1.3", text: "1.3" }]}
        />
        <SwitchField
          form={form}
          name="force_https"
          label="Send plain HTTP to HTTPS"
          hint="Answers 308 with the same address over HTTPS."
          checked={host.force_https}
        />
      </Card>
      <Card title="Strict transport security">
        <SwitchField
          form={form}
          name="hsts.enabled"
          label="Tell browsers to come by HTTPS only"
          hint="They remember it: be sure that HTTPS will stay."
          checked={host.hsts.enabled}
        />
        <TextField
          form={form}
          name="hsts.max_age"
          label="For, in seconds"
          value={host.hsts.max_age}
          inputmode="numeric"
          hint="31,536,000 is a year."
        />
        <SwitchField
          form={form}
          name="hsts.include_subdomains"
          label="For every name below it too"
          checked={host.hsts.include_subdomains}
        />
        <SwitchField
          form={form}
          name="hsts.preload"
          label="Ask for the browsers’ built-in list"
          checked={host.hsts.preload}
        />
      </Card>
      <ClientAuthCard host={host} form={form} />
    </>
  );
}
