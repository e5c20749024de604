import { SelectField, SwitchField, TextField } from "../../components/field.tsx";
import type { FormState, HostView } from "../../model.ts";

const ROLES = [
  { value: "primary", text: "Primary" },
  { value: "canary", text: "Canary: its share stands under Canary" },
];

/** One more than there are, so that another can be added without script; an empty address leaves a target out. */
export function TargetFields(props: { readonly targets: HostView["targets"]; readonly form: FormState }) {
  const { form } = props;
  const typed = Object.keys(form.values).filter((name) => /^targets\.\d+\.url$/.test(name)).length;
  const rows = Math.max(typed, props.targets.length + 1);
  return (
    <>
      {Array.from({ length: rows }, (_, i) => {
        const target = props.targets[i];
        const field = (name: string) => `targets.${i}.${name}`;
        return (
          <fieldset class="form target">
            <legend class="sr">Target {i + 1}</legend>
            <div class="pair">
              <TextField
                form={form}
                name={field("url")}
                label={target === undefined ? "Another target" : `Target ${i + 1}`}
                value={target?.url ?? ""}
                placeholder="http://10.20.0.21:8080"
                inputmode="url"
              />
              <TextField
                form={form}
                name={field("weight")}
                label="Weight"
                value={target?.weight ?? 1}
                inputmode="numeric"
              />
            </div>
            <SelectField
              form={form}
              name={field("role")}
              label="Role"
              value={target?.role ?? "primary"}
              options={ROLES}
            />
            <SelectField
              form={form}
              name={field("protocol")}
              label="Protocol"
              value={target?.protocol ?? "http1"}
              options={[
                { value: "http1", text: "HTTP/1.1" },
                { value: "h2", text: "HTTP/2 (h2c where the address is http): for gRPC" },
              ]}
            />
            <SwitchField
              form={form}
              name={field("backup")}
              label="Only when every other is down"
              checked={target?.backup ?? false}
            />
            <SwitchField
              form={form}
              name={field("verify_tls")}
              label="Verify its certificate"
              checked={target?.verify_tls ?? true}
            />
          </fieldset>
        );
      })}
      <p class="small muted">
        Empty an address and save to take a target out.
      </p>
    </>
  );
}
