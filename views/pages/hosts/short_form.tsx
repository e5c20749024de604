import { SegmentedField, TextField } from "../../components/field.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import { TestResult } from "./test_result.tsx";

export const MODES = [
  { value: "off", text: "Off" },
  { value: "detect", text: "Detect" },
  { value: "enforce", text: "Enforce" },
] as const;

/** The three things a host needs: name, place, and what the firewall does. */
export function ShortHostFields(
  props: { readonly ctx: ViewContext; readonly form: FormState; readonly autofocus?: boolean },
) {
  return (
    <>
      <DomainField form={props.form} autofocus={props.autofocus === true} />
      <TextField
        form={props.form}
        name="targets.0.url"
        label="Where does it run?"
        placeholder="http://127.0.0.1:8080"
        hint="Scheme, address and port of the application; no path."
        inputmode="url"
        required
      />
      <SegmentedField
        form={props.form}
        name="waf.mode"
        label="Web application firewall"
        value="detect"
        options={MODES}
        hint="Detect writes findings down and lets every request pass. Enforce refuses them."
      />
      <TestResult result={null} />
    </>
  );
}

export function DomainField(props: { readonly form: FormState; readonly autofocus: boolean }) {
  return (
    <TextField
      form={props.form}
      name="domains"
      label="Domain"
      placeholder="shop.example.com"
      hint="One name, or *.example.com for all below it; several with spaces between."
      required
      autofocus={props.autofocus}
    />
  );
}

/** Asks the target that is typed, without saving anything. */
export function TestTargetButton() {
  return (
    <button
      type="submit"
      class="btn"
      formaction="/hosts/test"
      formnovalidate
      hx-post="/hosts/test"
      hx-target="#test-result"
      hx-swap="outerHTML"
    >
      Test the target
    </button>
  );
}
