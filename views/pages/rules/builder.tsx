import { AreaField, SegmentedField, SelectField, SwitchField, TextField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { EnterButton, PostForm, postsOnChange } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { BacktestView, FormState, ViewContext } from "../../model.ts";
import { CORRELATED_FIELDS, CorrelatedFields } from "./correlated_fields.tsx";
import { BacktestResult } from "./backtest.tsx";
import { RuleTabs } from "./rule_tabs.tsx";

export interface BuilderProps {
  readonly ctx: ViewContext;
  readonly form: FormState;
  readonly fields: readonly { readonly name: string; readonly target: string }[];
  readonly operators: readonly { readonly name: string }[];
  /** Of a rule that was tried and is sound. */
  readonly tried: BacktestView | null;
}

/** A rule of one's own, without writing YAML: conditions in groups, or a pattern. */
export function RuleBuilderPage(props: BuilderProps) {
  const { form } = props;
  const kind = form.values["kind"] ?? "conditions";
  const isSequence = kind === "correlate";
  const groups = groupCount(form);
  // What has a field on the page is said there.
  const elsewhere = form.errors.filter(({ field }) =>
    !IN_PLACE.has(field.replace(/\.\d+$/, "")) && !CONDITION_FIELD.test(field)
  );
  return (
    <>
      <PageHead title="New rule" crumb={{ href: "/rules/own", text: "Your rules" }}>
        Say what a request, or several, must be like, and what happens then.
      </PageHead>
      <RuleTabs current="own" />
      <PostForm ctx={props.ctx} action="/rules/new" class="card pad form" state={form} label="New rule">
        <EnterButton name="do" value={isSequence ? "shape" : "try"} />
        <div class="pair">
          <TextField form={form} name="name" label="Name" placeholder="No exports from outside" />
          <TextField
            form={form}
            name="id"
            label="Id"
            placeholder="made for you"
            hint="How the log calls it."
          />
        </div>
        <TextField
          form={form}
          name="why"
          label="Why"
          hint="What a colleague reads who finds it in the log."
        />
        <div class="pair">
          <SelectField form={form} name="severity" label="Severity" options={SEVERITIES} />
          <div {...RESHAPES}>
            <SelectField form={form} name="action" label="Then" options={ACTIONS} />
          </div>
        </div>
        {form.values["action"] !== "redirect" ? null : (
          <TextField
            form={form}
            name="redirect_url"
            label="Where to"
            placeholder="/moved"
            hint="A path of the same site, or a whole address."
          />
        )}
        <div {...RESHAPES}>
          <SegmentedField form={form} name="kind" label="It looks for" value="conditions" options={KINDS} />
        </div>
        {kind === "regex" ? <PatternFields form={form} /> : null}
        {kind === "correlate" ? <CorrelatedFields form={form} /> : null}
        {kind !== "conditions" ? null : (
          <>
            {groups < 2
              ? <input type="hidden" name="join" value={form.values["join"] ?? "and"} />
              : <SegmentedField form={form} name="join" label="Between groups" value="and" options={JOINS} />}
            {Array.from({ length: groups }, (_, g) => <Group {...props} index={g} />)}
            <div class="row">
              <button type="submit" class="btn" name="do" value="add-group">Add a group</button>
            </div>
          </>
        )}
        <AreaField
          form={form}
          name="tests.match"
          label="Requests that it must find"
          placeholder={isSequence
            ? "POST /login user=a&pass={n} -> 401 x5"
            : "POST /sign-in | Cookie: a=b | user=x"}
          hint={isSequence
            ? SEQUENCE_HINT
            : "One request a line: method, path and query; after a bar a header, or a body."}
        />
        <AreaField
          form={form}
          name="tests.pass"
          label="Requests that it must let pass"
          placeholder={isSequence ? "POST /login user=a&pass={n} -> 401 x4" : "/shop?q=exports"}
          hint="At least one of each: they are run at every save, so that the rule keeps doing what it is for."
        />
        <div class="row">
          <noscript>
            <button type="submit" class="btn" name="do" value="shape">Refresh fields</button>
          </noscript>
          {/* The log keeps too little of answers to try a sequence on it. */}
          {isSequence
            ? null
            : <button type="submit" class="btn" name="do" value="try">Try on the last 7 days</button>}
          <button type="submit" class="btn main end" name="do" value="save">Save and apply</button>
        </div>
      </PostForm>
      {props.tried === null ? null : <BacktestResult result={props.tried} />}
      {elsewhere.length === 0 ? null : (
        <Note kind="blocked" title="What is not right">
          {elsewhere.slice(0, 20).map((error) => (
            <p>
              {error.message}
              {error.remedy === undefined ? "" : `: ${error.remedy}`}
            </p>
          ))}
        </Note>
      )}
    </>
  );
}

function PatternFields(props: { readonly form: FormState }) {
  return (
    <>
      <TextField
        form={props.form}
        name="regex"
        label="Pattern"
        placeholder="\bexport\d+"
        hint="Found anywhere, without regard to case. No look-around and no back-references: it must run in linear time."
      />
      <TextField
        form={props.form}
        name="targets"
        label="Where"
        placeholder="path, query, args, body, headers"
        hint="Also cookies, user-agent, headers:NAME, args:NAME and others."
      />
    </>
  );
}

function Group(props: BuilderProps & { readonly index: number }) {
  const { form, index } = props;
  const conditions = conditionCount(form, index);
  return (
    <fieldset class="field card pad form">
      <legend>Group {index + 1}, {plural(conditions, "condition")}</legend>
      <SegmentedField
        form={form}
        name={`g.${index}.join`}
        label="In this group"
        value="and"
        options={JOINS}
      />
      {Array.from({ length: conditions }, (_, c) => <ConditionRow {...props} condition={c} />)}
      <div class="row">
        <button type="submit" class="btn" name="do" value={`add.${index}`}>Add a condition</button>
      </div>
    </fieldset>
  );
}

function ConditionRow(props: BuilderProps & { readonly index: number; readonly condition: number }) {
  const { form } = props;
  const base = `g.${props.index}.c.${props.condition}`;
  const field = form.values[`${base}.field`] ?? "";
  const isNamed = props.fields.some((each) => each.name === field && each.target.endsWith(":"));
  return (
    <div class="stack tight">
      <div class="pair">
        <div {...RESHAPES}>
          <SelectField
            form={form}
            name={`${base}.field`}
            label="Field"
            options={props.fields.map(({ name }) => ({ value: name, text: name }))}
          />
        </div>
        <SelectField
          form={form}
          name={`${base}.operator`}
          label="Operator"
          options={props.operators.map(({ name }) => ({ value: name, text: name }))}
        />
      </div>
      <div class="pair">
        {isNamed
          ? <TextField form={form} name={`${base}.named`} label="Its name" placeholder="X-Api-Key" />
          : null}
        <TextField form={form} name={`${base}.value`} label="Value" hint="Lists: separated by commas." />
      </div>
      <div class="row">
        <SwitchField form={form} name={`${base}.case`} label="Case matters" />
        <button
          type="submit"
          class="btn end"
          name="do"
          value={`remove.${props.index}.${props.condition}`}
          aria-label={`Remove condition ${props.condition + 1}`}
        >
          Remove
        </button>
      </div>
    </div>
  );
}

function groupCount(form: FormState): number {
  let count = 0;
  while (form.values[`g.${count}.join`] !== undefined) count++;
  return count;
}

function conditionCount(form: FormState, group: number): number {
  let count = 0;
  while (form.values[`g.${group}.c.${count}.field`] !== undefined) count++;
  return count;
}

/** Other fields stand there from then on. */
const RESHAPES = postsOnChange("/rules/new", { name: "do", value: "shape" });
const IN_PLACE: ReadonlySet<string> = new Set([
  "name",
  "id",
  "why",
  "redirect_url",
  "tests.match",
  "tests.pass",
  "regex",
  "targets",
  ...CORRELATED_FIELDS,
]);
const CONDITION_FIELD = /^g\.\d+\.c\.\d+\.(?:field|named|operator|value)$/;
const KINDS = [
  { value: "conditions", text: "Conditions" },
  { value: "regex", text: "A pattern" },
  { value: "correlate", text: "Several requests" },
];
const SEQUENCE_HINT =
  "Requests in their order, a line each: method and path; then a body, -> status of the answer, x5 for five of them " +
  "with {n} as number, +30s for the time before it, ! sql-injection for what is to be found in it.";
const JOINS = [{ value: "and", text: "All must hold" }, { value: "or", text: "One is enough" }];
const SEVERITIES = [
  { value: "low", text: "Low, 2 points" },
  { value: "medium", text: "Medium, 3 points" },
  { value: "high", text: "High, 4 points" },
  { value: "critical", text: "Critical, 5 points" },
];
const ACTIONS = [
  { value: "block", text: "Refuse" },
  { value: "log", text: "Only write it down" },
  { value: "challenge", text: "Challenge" },
  { value: "redirect", text: "Lead elsewhere" },
  { value: "allow", text: "Let pass, whatever other rules say" },
];
