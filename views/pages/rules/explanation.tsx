import { DecodeChain } from "../../components/decode_chain.tsx";
import { heaviestFirst } from "../../components/findings.ts";
import { milliseconds, plural } from "../../components/format.ts";
import { Note } from "../../components/note.tsx";
import { PointsBar } from "../../components/points_bar.tsx";
import type { FieldError, FormState, RuleTestResult } from "../../model.ts";
import { SequenceResult } from "./sequence_result.tsx";
import { SeverityTag, TargetName } from "../traffic/why.tsx";

/** What the engine says to the request: the verdict, then rule by rule how the value was read. */
export function TestExplanation(
  props: {
    readonly result: RuleTestResult | null;
    readonly reasons: Readonly<Record<string, string>>;
    readonly form: FormState;
  },
) {
  return (
    <section class="stack" id="tested" aria-live="polite" aria-label="Result">
      {props.form.message === null ? null : (
        <Note kind="blocked" title={props.form.message}>
          {props.form.errors.map((error) => <p>{sayLine(error)}</p>)}
        </Note>
      )}
      {props.result === null
        ? (props.form.message === null
          ? (
            <p class="small muted">
              The result appears here: the verdict, the points, and how each value was read.
            </p>
          )
          : null)
        : props.result.sequence !== undefined
        ? <SequenceResult rows={props.result.sequence} />
        : <Result result={props.result} reasons={props.reasons} />}
    </section>
  );
}

function Result(
  props: { readonly result: RuleTestResult; readonly reasons: Readonly<Record<string, string>> },
) {
  const { result } = props;
  return (
    <>
      <Verdict result={result} />
      {result.pattern_error === null
        ? null
        : <Note kind="blocked" title="The pattern is not valid">{result.pattern_error}</Note>}
      {result.findings.length === 0 ? null : <PointsBar score={result.score} threshold={result.threshold} />}
      {heaviestFirst(result.findings).map((finding) => (
        <section class="card">
          <header>
            <h2>{finding.rule_name}</h2>
            {finding.source === "learned"
              ? null
              : (
                <a class="mono small" href={`/rules/${encodeURIComponent(finding.rule_id)}`}>
                  {finding.rule_id}
                </a>
              )}
            <SeverityTag finding={finding} />
          </header>
          <div class="pad stack">
            {props.reasons[finding.rule_id] === undefined
              ? null
              : <p class="small muted">{props.reasons[finding.rule_id]}</p>}
            <p class="small muted">
              In <TargetName target={finding.target} />
            </p>
            <DecodeChain findings={[finding]} />
          </div>
        </section>
      ))}
      <p class="small muted">Took {milliseconds(result.processing_us / 1_000)}.</p>
    </>
  );
}

function Verdict(props: { readonly result: RuleTestResult }) {
  const { result } = props;
  const points = `${plural(result.score, "point")} of ${result.threshold}`;
  const found = result.findings.length === 0
    ? "No rule found anything."
    : `${plural(result.findings.length, "finding")}.`;
  if (result.action === "blocked") return <Note kind="blocked" title={`Refused, at ${points}`}>{found}</Note>;
  if (result.action === "redirected") {
    return <Note kind="detected" title={`Led elsewhere, at ${points}`}>{found}</Note>;
  }
  if (result.action === "challenged") {
    return <Note kind="detected" title={`Challenged, at ${points}`}>{found}</Note>;
  }
  if (result.verdict === "blocked") {
    return (
      <Note kind="detected" title={`Let pass, because this host is set to ${result.mode}`}>
        {points}: with enforce it would be refused. {found}
      </Note>
    );
  }
  return <Note kind="ok" title={`Passes, at ${points}`}>{found}</Note>;
}

/** Some messages name their line themselves. */
function sayLine({ line, message }: FieldError): string {
  return line === undefined || message.startsWith(`line ${line}:`) ? message : `Line ${line}: ${message}`;
}
