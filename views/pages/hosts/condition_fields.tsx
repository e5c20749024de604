import { AreaField, SelectField } from "../../components/field.tsx";
import { Note } from "../../components/note.tsx";
import type { FormState } from "../../model.ts";
import type { HostConditionGroup } from "../../../src/core/transform.ts";
import { conditionLines } from "./lines.ts";

/** When something of a host applies, a condition a line; src/admin/host_lines.ts reads it back. `at`: where it stands. */
export function ConditionFields(
  { form, at, when, example }: {
    readonly form: FormState;
    readonly at: string;
    readonly when: HostConditionGroup | undefined;
    readonly example: string;
  },
) {
  const lines = conditionLines(when);
  if (lines === null) {
    return (
      <>
        <input type="hidden" name={`${at}.when_json`} value={JSON.stringify(when)} />
        <Note kind="accent" title="Under conditions in groups">
          <p>
            They stay as they are. Change them with <code>aegis host edit</code> or by the API.
          </p>
        </Note>
      </>
    );
  }
  return (
    <>
      <AreaField
        form={form}
        name={`${at}.when`}
        label="Only when"
        rows={2}
        value={lines}
        placeholder={example}
        hint={
          <>
            One condition a line: what, how, value; <code>not</code>{" "}
            before it turns it round. Empty: always. As in rules: <code>path</code>, <code>method</code>,{" "}
            <code>client</code>, <code>headers:NAME</code>; <code>equals</code>, <code>contains</code>,{" "}
            <code>starts-with</code>, <code>matches</code>, <code>in-list</code>, <code>ip-in-range</code>.
          </>
        }
      />
      <SelectField
        form={form}
        name={`${at}.join`}
        label="Of several conditions"
        value={when?.join ?? "and"}
        options={[{ value: "and", text: "all must hold" }, { value: "or", text: "one is enough" }]}
      />
    </>
  );
}
