import type { OperationInput } from "../control/operation.ts";
import type { FormReader } from "./form_reader.ts";
import { readWhen } from "./host_lines.ts";

type HostPatch = OperationInput<"hosts.update">["host"];
type Transforms = NonNullable<HostPatch["transforms"]>;

/** Rows of the form in the order that their places give, without those that are taken out. */
export function transformRows(form: FormReader): number[] {
  const rows: { readonly i: number; readonly place: number }[] = [];
  for (let i = 0; form.has(`transforms.${i}.action`); i++) {
    if (form.isOn(`transforms.${i}.remove`)) continue;
    rows.push({ i, place: placeOf(form, i) });
  }
  return rows.sort((a, b) => a.place - b.place || a.i - b.i).map(({ i }) => i);
}

/** Who is moved up stands before the one whose place it takes, who is moved down behind it. */
function placeOf(form: FormReader, i: number): number {
  const place = Number(form.text(`transforms.${i}.position`) || i + 1);
  return place < i + 1 ? place - 0.5 : place > i + 1 ? place + 0.5 : place;
}

/** `transforms` as the form has them. */
export function readTransforms(form: FormReader): Transforms {
  const transforms = transformRows(form).map((i) => {
    const at = `transforms.${i}`;
    const transform: Record<string, unknown> = { action: form.text(`${at}.action`) };
    for (const name of ["name", "value", "to"]) {
      if (form.has(`${at}.${name}`)) transform[name] = form.text(`${at}.${name}`);
    }
    for (const name of ["from", "regex"]) {
      const text = form.optional(`${at}.${name}`);
      if (text !== undefined) transform[name] = text;
    }
    if (form.has(`${at}.status`)) {
      transform.status = form.whole(`${at}.status`);
      transform.keep_query = form.isOn(`${at}.keep_query`);
    }
    const when = readWhen(form, at);
    if (when !== null) transform.when = when;
    return transform;
  });
  // The operation validates: what was typed may be anything.
  return transforms as Transforms;
}
