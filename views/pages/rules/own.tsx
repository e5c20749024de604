import { AreaField } from "../../components/field.tsx";
import { count, plural } from "../../components/format.ts";
import { PostButton, PostForm } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { FieldError, FormState, RuleSetView, RuleView, ViewContext } from "../../model.ts";
import { RuleTabs } from "./rule_tabs.tsx";
import { RuleTable } from "./table.tsx";

const MOST_ERRORS = 50;
const EXAMPLE = `family: custom
rules:
  - id: own-001
    name: Old export address
    why: The address was closed in May; only scanners still ask for it.
    severity: high
    action: block
    paranoia: 1
    targets: [path]
    match:
      regex: '^/export/legacy'
    tests:
      match:
        - { path: /export/legacy/all.csv }
      pass:
        - { path: /export/all.csv }
`;

/** One's own rules: in, out, and in force. */
export function OwnRulesPage(
  props: {
    readonly ctx: ViewContext;
    readonly rules: readonly RuleView[];
    /** Names of families by their ids. */
    readonly families: ReadonlyMap<string, string>;
    readonly sets: readonly RuleSetView[];
    readonly form: FormState;
    /** Of a check without import. */
    readonly checked: { readonly ok: boolean; readonly rules: number } | null;
  },
) {
  const may = props.ctx.user.role !== "viewer";
  return (
    <>
      <PageHead
        title="Rules"
        actions={
          <>
            {props.rules.length === 0 ? null : <a class="btn" href="/rules/export" download>Export</a>}
            {may ? <a class="btn main" href="/rules/new">New rule</a> : null}
          </>
        }
      >
        {props.rules.length === 0
          ? "You have no rules of your own yet."
          : `${plural(props.rules.length, "rule")} of your own.`}
      </PageHead>
      <RuleTabs current="own" />
      <div class="stack">
        {props.rules.length === 0 ? null : (
          <div class="card">
            <RuleTable rules={props.rules} families={props.families} may={may} />
          </div>
        )}
        {props.sets.map((set) => <RuleSetCard ctx={props.ctx} set={set} may={may} />)}
        {may ? <ImportForm {...props} /> : null}
      </div>
    </>
  );
}

/** Rules that come with Aegis and are not in force until somebody wants them. */
function RuleSetCard(
  props: { readonly ctx: ViewContext; readonly set: RuleSetView; readonly may: boolean },
) {
  const { set } = props;
  const missing = set.rules - set.imported;
  return (
    <section class="card">
      <header>
        <h2>{set.name}</h2>
        <span class="small muted end">{plural(set.rules, "rule")}</span>
      </header>
      <div class="pad stack">
        <p class="small">{set.about}</p>
        {missing === 0
          ? <p class="small muted">All of them are among your rules.</p>
          : props.may
          ? (
            <PostButton ctx={props.ctx} action={`/rules/sets/${encodeURIComponent(set.id)}`}>
              Import {plural(missing, "rule")}
            </PostButton>
          )
          : null}
      </div>
    </section>
  );
}

/** Places are said as in the file: `severity` of the rule in that line. */
function ImportErrors({ errors }: { readonly errors: readonly FieldError[] }) {
  if (errors.length === 0) return null;
  return (
    <ul class="field">
      {errors.slice(0, MOST_ERRORS).map(({ line, field, message, remedy }) => {
        const name = field.replace(/^(?:rules\.)?\d+\.?/, "");
        return (
          <li class="err">
            <span>
              {[...(line === undefined ? [] : [`Line ${line}`]), ...(name === "" ? [] : [name])].join(", ")}
              {": "}
              {message}
              {remedy === undefined ? "" : ` (${remedy})`}
            </span>
          </li>
        );
      })}
      {errors.length > MOST_ERRORS
        ? <li class="hint">and {count(errors.length - MOST_ERRORS)} more</li>
        : null}
    </ul>
  );
}

function ImportForm(
  props: {
    readonly ctx: ViewContext;
    readonly form: FormState;
    readonly checked: { readonly ok: boolean; readonly rules: number } | null;
  },
) {
  return (
    <PostForm
      ctx={props.ctx}
      action="/rules/own"
      class="card pad form"
      state={props.form}
      label="Import rules"
      hasFile
    >
      <h2>Import rules</h2>
      {props.checked?.ok === true
        ? <Note kind="ok" title="The rules are sound">{count(props.checked.rules)} would be imported.</Note>
        : null}
      <ImportErrors errors={props.form.errors} />
      <div class="field">
        <label for="f-file">A file</label>
        <input id="f-file" type="file" name="file" accept=".json,.yaml,.yml,application/json" />
      </div>
      <AreaField
        form={{ ...props.form, errors: [] }}
        name="text"
        rows={16}
        label="Or its text, YAML or JSON"
        placeholder={EXAMPLE}
        hint="All or nothing: one error, and nothing is imported. Every rule carries its own tests."
      />
      <div class="row">
        <button type="submit" class="btn" name="check" value="1">Check</button>
        <button type="submit" class="btn main end">Import</button>
      </div>
    </PostForm>
  );
}
