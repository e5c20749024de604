import { SelectField, SwitchField, TextField } from "../../components/field.tsx";
import type { FormState } from "../../model.ts";
import type { HostRedirect } from "../../../src/core/host_kind.ts";

/** Where a redirect host leads. */
export function RedirectFields(props: { readonly form: FormState; readonly redirect: HostRedirect | null }) {
  const { form, redirect } = props;
  return (
    <>
      <div class="pair">
        <TextField
          form={form}
          name="redirect.url"
          label="Address"
          value={redirect?.url ?? ""}
          placeholder="https://new.example.com"
          inputmode="url"
          required
        />
        <SelectField
          form={form}
          name="redirect.status"
          label="Status"
          value={redirect?.status ?? 301}
          options={[
            { value: "301", text: "301, for good" },
            { value: "302", text: "302, for now" },
            { value: "307", text: "307, for now, keeps the method" },
            { value: "308", text: "308, for good, keeps the method" },
          ]}
        />
      </div>
      <SwitchField
        form={form}
        name="redirect.keep_path"
        label="Put path and query behind it"
        hint="Off: every request leads to the address itself."
        checked={redirect?.keep_path ?? true}
      />
    </>
  );
}
