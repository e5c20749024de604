import { PostForm } from "../../components/form.tsx";
import { TextField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { oneARule } from "../../components/findings.ts";
import { Safe } from "../../components/bytes.tsx";
import type { FormState, TrafficDetail, ViewContext } from "../../model.ts";

export interface ExceptionScope {
  readonly value: string;
  /** What is let pass, narrowest first. */
  readonly path: string | null;
  /** Where the findings stood; empty: everywhere. */
  readonly targets: readonly string[];
  /** What it would have made of the request, by the findings in the log. */
  readonly outcome?: {
    readonly before: { readonly score: number; readonly refused: boolean };
    readonly after: { readonly score: number; readonly refused: boolean };
  };
}

/** Let it pass next time: the narrowest scope first, so that the easy choice is the safe one. */
export function ExceptionForm(
  props: {
    readonly ctx: ViewContext;
    readonly request: TrafficDetail;
    readonly scopes: readonly ExceptionScope[];
    readonly form: FormState;
  },
) {
  const { request } = props;
  const rules = oneARule(request.findings);
  return (
    <section class="sect" data-exception>
      <h3>Let it pass next time</h3>
      <PostForm
        ctx={props.ctx}
        action={`/traffic/${encodeURIComponent(request.id)}/exception`}
        state={props.form}
        label="Exception"
      >
        <fieldset class="field">
          <legend>Do not look for</legend>
          <div class="pick">
            {rules.map((finding) => (
              <label>
                <input type="checkbox" name={`rule.${finding.rule_id}`} value="on" checked />
                <span>{finding.rule_name}</span>
                <span class="mono muted">{finding.rule_id}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <fieldset class="field">
          <legend>in</legend>
          <div class="pick">
            {props.scopes.map((scope, i) => (
              <label>
                <input type="radio" name="scope" value={scope.value} checked={i === 0} />
                <span>
                  <ScopeText scope={scope} host={request.host_name ?? request.host} />
                </span>
                {scope.outcome === undefined ? null : <Outcome {...scope.outcome} />}
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
          <button type="submit" class="btn main">Let it pass</button>
          <span class="small muted">You can take it back under Rules, Exceptions.</span>
        </div>
      </PostForm>
    </section>
  );
}

/** "5 points → 0, would pass". */
function Outcome(props: NonNullable<ExceptionScope["outcome"]>) {
  const { before, after } = props;
  return (
    <span class="muted">
      {plural(before.score, "point")} → {after.score}, {after.refused ? "still refused" : "would pass"}
    </span>
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
  if (scope.targets.length === 0) {
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
      {scope.targets.map((target, i) => (
        <>
          {i === 0 ? "" : ", "}
          <code>
            <Safe text={target} />
          </code>
        </>
      ))} of{" "}
      <code>
        <Safe text={scope.path} />
      </code>
    </>
  );
}
