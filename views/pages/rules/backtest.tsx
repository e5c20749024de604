import { Safe } from "../../components/bytes.tsx";
import { SelectField } from "../../components/field.tsx";
import { count, plural } from "../../components/format.ts";
import { Note } from "../../components/note.tsx";
import { type BacktestView, EMPTY_FORM } from "../../model.ts";

const LIST = new Intl.ListFormat("en", { type: "conjunction" });

/** Asks for a back-test of a rule in force. */
export function BacktestForm(props: { readonly ruleId: string; readonly days: number }) {
  return (
    <form
      method="get"
      action={`/rules/${encodeURIComponent(props.ruleId)}`}
      class="card pad form"
      aria-label="Back-test"
    >
      <SelectField
        form={EMPTY_FORM}
        name="backtest"
        label="Back-test"
        value={props.days}
        options={[1, 7, 30].map((days) => ({ value: String(days), text: `the last ${plural(days, "day")}` }))}
        hint="Runs this rule alone over the request log. Nothing is changed."
      />
      <button type="submit" class="btn">Run</button>
    </form>
  );
}

/** What a rule would have found in the log, and what the log could not show it. */
export function BacktestResult(props: { readonly result: BacktestView }) {
  const { result } = props;
  return (
    <section class="card" id="backtest">
      <header>
        <h2>Back-test</h2>
        <span class="small muted end">{count(result.requests)} requests in the log</span>
      </header>
      <div class="pad stack">
        <p>
          {result.matched === 0 ? "Found in none of them." : (
            <>
              Found in <b>{count(result.matched)}</b> of them, from {plural(result.clients, "client")}.{" "}
              {count(result.matched_allowed)} of these {result.matched_allowed === 1 ? "was" : "were"}{" "}
              let pass when they came.
            </>
          )}
        </p>
        {result.complete ? null : (
          <Note kind="detected" title="Not all days were seen">
            The time for one back-test was over. Choose fewer days, or one host.
          </Note>
        )}
        {result.unseen_targets.length === 0
          ? null
          : (
            <Note kind="accent" title="The log does not hold everything">
              The rule also looks at{" "}
              {LIST.format(result.unseen_targets)}, which no log keeps. It may find more than this.{" "}
              {result.seen_whole === 0
                ? null
                : `${plural(result.seen_whole, "request")} could be judged with all of that, from evidence.`}
            </Note>
          )}
        {result.samples.length === 0 ? null : (
          <div class="stack tight">
            {result.samples.map((each) => (
              <p class="small">
                <a href={`/traffic/${encodeURIComponent(each.id)}`}>
                  <code>
                    {each.method} <Safe text={`${each.host}${each.target}`.slice(0, 160)} />
                  </code>
                </a>{" "}
                <span class="muted">{each.action}</span>
              </p>
            ))}
          </div>
        )}
      </div>
    </section>
  );
}
