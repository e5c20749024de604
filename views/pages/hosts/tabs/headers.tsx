import { SelectField, TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** What answers carry. */
export function HeadersTab({ host, form }: TabProps) {
  return (
    <Card title="Headers of answers">
      <SelectField
        form={form}
        name="security_headers"
        label="Security headers"
        value={host.security_headers}
        options={[
          { value: "off", text: "Off: only what the application sends" },
          { value: "standard", text: "Standard: where the application sends none" },
          { value: "aggressive", text: "Aggressive: may break applications" },
        ]}
      />
      <TextField
        form={form}
        name="server_header"
        label="Server"
        value={host.server_header}
        placeholder="none"
        hint="Value of the Server header. Empty: no such header."
      />
    </Card>
  );
}
