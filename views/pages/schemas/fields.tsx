import { AreaField, SegmentedField, SwitchField, TextField } from "../../components/field.tsx";
import type { FormState } from "../../model.ts";
import type { SchemaView } from "../../model_schemas.ts";

export interface SchemaFieldProps {
  readonly form: FormState;
  /** null: a new one. */
  readonly schema: SchemaView | null;
}

const MODES = [
  { value: "off", text: "Off" },
  { value: "detect", text: "Detect" },
  { value: "enforce", text: "Enforce" },
] as const;

/** Where the document comes from. */
export function SourceFields({ form, schema }: SchemaFieldProps) {
  return (
    <>
      <TextField
        form={form}
        name="url"
        label="Address of the document"
        value={schema?.url ?? ""}
        placeholder="https://api.example.com/openapi.json"
        inputmode="url"
        hint="OpenAPI 3.0, 3.1 or Swagger 2, JSON or YAML."
      />
      <TextField
        form={form}
        name="refresh_seconds"
        label="Fetch again every, in seconds"
        value={schema?.refresh_seconds ?? 3_600}
        inputmode="numeric"
        hint="0: only by the button. Where fetching fails the last good document stays."
      />
    </>
  );
}

/** The document itself, as a file or as text. */
export function DocumentFields({ form }: { readonly form: FormState }) {
  return (
    <>
      <div class="field">
        <label for="f-file">Or a file</label>
        <input id="f-file" type="file" name="file" accept=".json,.yaml,.yml,application/json" />
      </div>
      <AreaField
        form={form}
        name="document"
        label="Or its text"
        rows={5}
        placeholder="openapi: 3.1.0"
      />
    </>
  );
}

/** What becomes of requests that do not fit. */
export function RuleFields({ form, schema }: SchemaFieldProps) {
  return (
    <>
      <SegmentedField form={form} name="mode" label="Mode" value={schema?.mode ?? "detect"} options={MODES} />
      <SwitchField
        form={form}
        name="block_undefined"
        label="Refuse paths that the document does not name"
        hint="Answered 404. Only below the API; the rest of the host is not touched."
        checked={schema?.block_undefined ?? false}
      />
      <SwitchField
        form={form}
        name="strict_body"
        label="Refuse fields that the document does not name"
        hint="Of JSON and forms. A field such as isAdmin never reaches the application then."
        checked={schema?.strict_body ?? false}
      />
      <TextField
        form={form}
        name="base_path"
        label="The API lies below"
        value={schema?.base_path === "" ? "/" : schema?.base_path ?? ""}
        placeholder={schema === null ? "as the document says" : schema.bases.join(", ") || "/"}
        hint="Empty: as the document says. / where it lies at the root of this host."
      />
    </>
  );
}
