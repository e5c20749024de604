import { AreaField, SelectField, TextField } from "../../components/field.tsx";
import type { FormState } from "../../model.ts";
import type { SmtpView } from "../../model_notifications.ts";
import { Kept } from "./kept.tsx";

/** By which server mail goes, from whom and to whom. `channel`: as it is kept; null: a new one. */
export function SmtpFields(
  { form, channel }: { readonly form: FormState; readonly channel: SmtpView | null },
) {
  return (
    <>
      <div class="pair">
        <TextField
          form={form}
          name="host"
          label="Server"
          value={channel?.host ?? ""}
          placeholder="mail.example.com"
        />
        <TextField form={form} name="port" label="Port" value={channel?.port ?? 587} inputmode="numeric" />
      </div>
      <SelectField
        form={form}
        name="security"
        label="Connection"
        value={channel?.security ?? "starttls"}
        options={[
          { value: "starttls", text: "STARTTLS, and nothing without it (usual, port 587)" },
          { value: "tls", text: "TLS from the first byte (port 465)" },
          { value: "none", text: "in the clear, the password too" },
        ]}
      />
      <div class="pair">
        <TextField
          form={form}
          name="user"
          label="User name"
          value={channel?.user ?? ""}
          hint="Empty: the server asks for none."
        />
        <Kept form={form} name="password" label="Password" kept={channel?.has_password ?? false} />
      </div>
      <div class="pair">
        <TextField form={form} name="from_name" label="From, name" value={channel?.from_name ?? "Aegis"} />
        <TextField
          form={form}
          name="from_address"
          label="From, address"
          value={channel?.from_address ?? ""}
          placeholder="aegis@example.com"
          inputmode="email"
        />
      </div>
      <AreaField
        form={form}
        name="recipients"
        label="Alerts go to"
        value={channel?.recipients.join("\n") ?? ""}
        placeholder="ops@example.com"
        hint="One address a line."
      />
    </>
  );
}
