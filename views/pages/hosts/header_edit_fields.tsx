import { AreaField } from "../../components/field.tsx";
import type { FormState } from "../../model.ts";
import type { HeaderEdits } from "../../../src/core/header_edits.ts";
import { fieldLines } from "./lines.ts";

/** `set`, `add` and `remove`, a header a line. `name`: where the edits stand in the host. */
export function HeaderEditFields(props: {
  readonly form: FormState;
  readonly name: string;
  readonly edits: HeaderEdits | undefined;
  readonly example: string;
}) {
  const { form, name, edits, example } = props;
  return (
    <>
      <AreaField
        form={form}
        name={`${name}.set`}
        label="Set"
        rows={2}
        value={fieldLines(edits?.set ?? {})}
        placeholder={example}
        hint="One a line, as Name: value. Replaces whatever was sent under that name."
      />
      <div class="pair">
        <AreaField
          form={form}
          name={`${name}.add`}
          label="Add"
          rows={2}
          value={fieldLines(edits?.add ?? {})}
          hint="One more header of that name."
        />
        <AreaField
          form={form}
          name={`${name}.remove`}
          label="Remove"
          rows={2}
          value={(edits?.remove ?? []).join("\n")}
          hint="Names, one a line. Removed before the others are set."
        />
      </div>
    </>
  );
}
