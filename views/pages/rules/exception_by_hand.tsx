import { AreaField, SelectField, TextField } from "../../components/field.tsx";
import { PostForm } from "../../components/form.tsx";
import type { FormState, ViewContext } from "../../model.ts";

export interface ExceptionByHandProps {
  readonly ctx: ViewContext;
  readonly hosts: readonly { readonly id: string; readonly name: string }[];
  readonly form: FormState;
}

/** An exception that no request in the log gave rise to. */
export function ExceptionByHand({ ctx, hosts, form }: ExceptionByHandProps) {
  return (
    <details class="card pad" open={form.message !== null}>
      <summary>Write one by hand</summary>
      <PostForm ctx={ctx} action="/rules/exceptions" state={form} label="New exception">
        <div class="pair">
          <TextField
            form={form}
            name="rule_id"
            label="Rule"
            placeholder="sqli-120"
            hint={
              <>
                Its id. <code>learned</code> is the learned second opinion.
              </>
            }
          />
          <SelectField
            form={form}
            name="host_id"
            label="On"
            options={[
              { value: "", text: "every host" },
              ...hosts.map(({ id, name }) => ({ value: id, text: name })),
            ]}
          />
        </div>
        <div class="pair">
          <TextField
            form={form}
            name="path"
            label="Path"
            placeholder="every path"
            hint="Exact, or all that begins with it where it ends in *."
          />
          <TextField
            form={form}
            name="up_to_score"
            label="Up to score"
            placeholder="any score"
            hint={
              <>
                Of <code>learned</code> alone: raises its threshold here. What scores higher is found still.
              </>
            }
          />
        </div>
        <AreaField
          form={form}
          name="targets"
          label="Targets"
          rows={2}
          placeholder="args:message"
          hint="As findings name them, one a line. Empty: everywhere in the request."
        />
        <TextField form={form} name="note" label="Why" />
        <div class="row">
          <button type="submit" class="btn main">Let it pass</button>
        </div>
      </PostForm>
    </details>
  );
}
