import { TextField } from "../../components/field.tsx";
import type { FormState } from "../../model.ts";

/** A secret: never shown, and kept where nothing is typed. */
export function Kept(
  props: {
    readonly form: FormState;
    readonly name: string;
    readonly label: string;
    readonly kept: boolean;
    readonly hint?: string;
  },
) {
  const kept = props.kept ? "Set; kept as it is where left empty." : "";
  const hint = [props.hint ?? "", kept].filter((each) => each !== "").join(" ");
  return (
    <TextField
      form={props.form}
      name={props.name}
      label={props.label}
      type="password"
      autocomplete="new-password"
      {...(hint === "" ? {} : { hint })}
    />
  );
}
