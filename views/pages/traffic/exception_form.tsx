import { PostForm } from "../../components/form.tsx";
import { TextField } from "../../components/field.tsx";
import { Safe } from "../../components/bytes.tsx";
import type { FindingView, FormState, TrafficDetail, ViewContext } from "../../model.ts";

export interface ExceptionScope {
  readonly value: string;
  /** What is let pass, narrowest first. */
  readonly path: string | null;
  readonly target: string | null;
}

/** Let it pass next time: the narrowest scope first, so that the easy choice is the safe one. */
export function ExceptionForm(
  props: {
    readonly ctx: ViewContext;
    readonly request: TrafficDetail;
    readonly finding: FindingView;
    readonly scopes: readonly ExceptionScope[];
    readonly form: FormState;
  },
) {
  const { request, finding } = props;
  const formId = `exception-${finding.rule_id.replaceAll(/[^A-Za-z0-9-]/g, "-")}`;
  return (
    <section class="sect" data-exception>
      <h3>Let it pass next time</h3>
      <PostForm
        ctx={props.ctx}
        id={formId}
        action={`/traffic/${encodeURIComponent(request.id)}/exception`}
        state={props.form}
      >
        <input type="hidden" name="rule_id" value={finding.rule_id} />
        <fieldset class="field">
          <legend>
            Do not look for <code>{finding.rule_id}</code> in
          </legend>
          <div class="pick">
            {props.scopes.map((scope, i) => (
              <label>
                <input type="radio" name="scope" value={scope.value} checked={i === 0} />
                <span>
                  <ScopeText scope={scope} host={request.host_name ?? request.host} />
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <TextField
          form={props.form}
          name="note"
          label={
            <>
              Why <span class="muted">(kept in the audit log)</span>
            </>
          }
          placeholder="Members discuss SQL in replies"
        />
        <div class="row">
          <button type="submit" class="btn main">Add exception</button>
          <span class="small muted">You can take it back under Rules, Exceptions.</span>
        </div>
      </PostForm>
    </section>
  );
}

function ScopeText(props: { readonly scope: ExceptionScope; readonly host: string }) {
  const { scope } = props;
  if (scope.path === null) {
    return (
      <>
        all of <Safe text={props.host} />
      </>
    );
  }
  if (scope.target === null) {
    return (
      <>
        everything of{" "}
        <code>
          <Safe text={scope.path} />
        </code>
      </>
    );
  }
  return (
    <>
      <code>
        <Safe text={scope.target} />
      </code>{" "}
      of{" "}
      <code>
        <Safe text={scope.path} />
      </code>
    </>
  );
}
