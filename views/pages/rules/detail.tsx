import { Safe } from "../../components/bytes.tsx";
import { ConfirmByName } from "../../components/confirm.tsx";
import { AreaField, SelectField } from "../../components/field.tsx";
import { count } from "../../components/format.ts";
import { PostForm } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { PageHead } from "../../components/page_head.tsx";
import { BacktestForm, BacktestResult } from "./backtest.tsx";
import { SeverityTag } from "../traffic/why.tsx";
import {
  type BacktestView,
  EMPTY_FORM,
  type ExceptionView,
  type FormState,
  type RuleDetail,
  type ViewContext,
} from "../../model.ts";

const SWITCHES = [
  { value: "inherit", text: "As the paranoia level says" },
  { value: "on", text: "On" },
  { value: "off", text: "Off" },
  { value: "detect", text: "Detect: write down, never refuse" },
  { value: "block", text: "Refuse at once" },
  { value: "challenge", text: "Challenge" },
];

/** Why a rule is there, what it looks at, and what it found. */
export function RulePage(
  props: {
    readonly ctx: ViewContext;
    readonly rule: RuleDetail;
    /** Of its definition. */
    readonly form: FormState;
    readonly exceptions: readonly ExceptionView[];
    readonly familyName: string;
    /** null: none was asked for. */
    readonly backtest: BacktestView | null;
  },
) {
  const { ctx, rule } = props;
  const path = `/rules/${encodeURIComponent(rule.id)}`;
  const isEdited = rule.origin === "custom" && ctx.user.role !== "viewer";
  const points = { low: 2, medium: 3, high: 4, critical: 5 }[rule.severity];
  return (
    <>
      <PageHead title={rule.name} crumb={{ href: "/rules", text: "Rules" }}>
        {rule.why}
      </PageHead>
      <div class="aside">
        <div class="stack">
          <section class="card">
            <header>
              <h2>Definition</h2>
              <span class="mono muted small">{rule.id}</span>
              {rule.origin === "file" ? <span class="tag">from aegis.yml</span> : null}
              <SeverityTag finding={{ severity: rule.severity, points }} />
            </header>
            {isEdited
              ? <DefinitionForm ctx={ctx} rule={rule} form={props.form} />
              : <pre tabindex={0}><Safe text={withoutTests(rule.definition)} lines /></pre>}
          </section>
          {props.backtest === null ? null : <BacktestResult result={props.backtest} />}
          {isEdited ? null : (
            <>
              <Examples title="It finds" tests={rule.tests.match} />
              <Examples title="It lets pass" tests={rule.tests.pass} />
            </>
          )}
        </div>
        <aside class="stack" aria-label="State">
          {ctx.user.role === "viewer"
            ? null
            : (
              <PostForm ctx={ctx} action={`${path}/switch`} class="card pad form" label="Switch">
                <input type="hidden" name="was" value={rule.switch} />
                <input type="hidden" name="back" value={path} />
                <SelectField
                  form={EMPTY_FORM}
                  name="switch"
                  label="On every host"
                  value={rule.switch}
                  options={SWITCHES}
                  hint={`Now: ${rule.effective}. A host can differ, under Protection.`}
                />
                <button type="submit" class="btn main">Save and apply</button>
              </PostForm>
            )}
          <section class="card">
            <header>
              <h2>Facts</h2>
            </header>
            <div class="pad">
              <dl class="kv">
                <dt>Family</dt>
                <dd>
                  <a href={`/rules?family=${encodeURIComponent(rule.family)}`}>{props.familyName}</a>
                </dd>
                <dt>Level</dt>
                <dd>{rule.paranoia}</dd>
                <dt>Action</dt>
                <dd>{rule.action}</dd>
                {rule.targets.length === 0 ? null : (
                  <>
                    <dt>Looks at</dt>
                    <dd>{rule.targets.join(", ")}</dd>
                  </>
                )}
                <dt>Found</dt>
                <dd>
                  {rule.is_correlated
                    ? <a href={`/correlation?rule=${encodeURIComponent(rule.id)}`}>Its events</a>
                    : (
                      <a href={trafficHref({ rule: rule.id }, { range: "24h" })}>
                        {count(rule.findings_24h)} in 24 h
                      </a>
                    )}
                </dd>
                <dt>Exceptions</dt>
                <dd>{count(props.exceptions.length)}</dd>
                {rule.tags.length === 0 ? null : (
                  <>
                    <dt>Tags</dt>
                    <dd>{rule.tags.join(", ")}</dd>
                  </>
                )}
              </dl>
            </div>
          </section>
          {rule.is_correlated
            ? (
              <p class="card pad small muted">
                The log keeps too little of requests to run a correlated rule over it. Try it on a sequence in
                the <a href="/rules/tester">tester</a>.
              </p>
            )
            : <BacktestForm ruleId={rule.id} days={7} />}
          {isEdited
            ? (
              <section class="card pad stack fill">
                <button type="button" class="btn danger" popovertarget="delete">Delete rule…</button>
              </section>
            )
            : null}
        </aside>
      </div>
      {rule.origin === "custom"
        ? (
          <ConfirmByName
            ctx={ctx}
            id="delete"
            action={`${path}/delete`}
            title={`Delete ${rule.name}?`}
            name={rule.id}
            button="Delete rule"
          >
            What it looked for is no longer found, on any host. This cannot be undone.
          </ConfirmByName>
        )
        : null}
    </>
  );
}

/** A rule of one's own is edited where it is read. */
function DefinitionForm(
  { ctx, rule, form }: { readonly ctx: ViewContext; readonly rule: RuleDetail; readonly form: FormState },
) {
  return (
    <PostForm
      ctx={ctx}
      action={`/rules/${encodeURIComponent(rule.id)}/definition`}
      class="pad form"
      state={form}
      label="Definition"
    >
      <input type="hidden" name="version" value={String(rule.version)} />
      <AreaField
        form={form}
        name="definition"
        rows={Math.min(24, rule.definition.split("\n").length + 1)}
        label="YAML of the rule"
        value={rule.definition}
        hint="Its tests run before it is taken. With host: and a domain it stands for that host alone."
      />
      <div class="row">
        <button type="submit" class="btn main">Save and apply</button>
      </div>
    </PostForm>
  );
}

/** The YAML of a rule but for its tests, which stand below it as examples. */
function withoutTests(definition: string): string {
  return definition.replace(/^tests:.*\n(?:(?:[ \t-].*)?\n?)*/m, "").trimEnd();
}

function Examples(props: { readonly title: string; readonly tests: readonly unknown[] }) {
  if (props.tests.length === 0) return null;
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
        <span class="small muted end">tests inside the rule</span>
      </header>
      <div class="pad stack tight">
        {props.tests.slice(0, 20).map((test) => (
          <code class="bytes">
            <Safe text={JSON.stringify(test).slice(0, 600)} />
          </code>
        ))}
        {props.tests.length <= 20
          ? null
          : <p class="small muted">and {count(props.tests.length - 20)} more</p>}
      </div>
    </section>
  );
}
