import { Safe } from "../../components/bytes.tsx";
import { Empty } from "../../components/empty.tsx";
import { bytes, count, duration, plural } from "../../components/format.ts";
import { PageHead } from "../../components/page_head.tsx";
import { SearchForm } from "../../components/search_form.tsx";
import { Segments } from "../../components/tabs.tsx";
import { Ago } from "../../components/time.tsx";
import { Verdict } from "../../components/verdict.tsx";
import type { ViewContext } from "../../model.ts";
import type {
  AnalystView,
  CorrelatedRuleView,
  CorrelationEventView,
  CorrelationFilter,
} from "../../model_correlation.ts";
import { BlockState } from "./block_state.tsx";

export interface CorrelationListProps {
  readonly ctx: ViewContext;
  readonly events: readonly CorrelationEventView[];
  readonly next: string | null;
  readonly analyst: AnalystView;
  /** Correlated rules that are there. */
  readonly rules: readonly CorrelatedRuleView[];
  readonly filter: CorrelationFilter;
}

/** What clients did that only together means something. */
export function CorrelationListPage(props: CorrelationListProps) {
  const { events, filter, rules } = props;
  const isFiltered = Object.values(filter).some((value) => value !== "");
  return (
    <>
      <PageHead title="Correlation">
        What the requests of one client amount to together, whatever connection they came by. It acts from the
        client's next request on.
      </PageHead>
      {rules.length === 0 && events.length === 0 && !isFiltered ? <NoRules /> : (
        <div class="stack">
          <Filters {...props} />
          {events.length === 0
            ? <p class="card pad muted">{isFiltered ? "No event fits." : quiet(rules)}</p>
            : <EventTable {...props} />}
          {props.next === null ? null : (
            <div class="row">
              <a class="btn" href={hrefOf(filter, { before: props.next })}>Older events</a>
            </div>
          )}
          <Analyst analyst={props.analyst} />
        </div>
      )}
    </>
  );
}

function quiet(rules: readonly CorrelatedRuleView[]): string {
  const inForce = rules.filter(({ hosts }) => hosts > 0).length;
  return inForce === 0
    ? "Nothing was found: no correlated rule is in force on any host."
    : `Nothing was found yet. ${plural(inForce, "correlated rule is", "correlated rules are")} in force.`;
}

function NoRules() {
  return (
    <Empty
      title="No correlated rule is there"
      text={
        <>
          Single requests often look harmless: five sign-ins refused, a list of numbers counted through, four
          techniques of attack in three minutes. Correlated rules count them. Seven come with Aegis;{" "}
          <a href="/rules/own">import the set</a> and watch it in detect mode first.
        </>
      }
      cli="aegis rule import --set correlation"
    />
  );
}

const ACTIONS = [
  { action: "", text: "All" },
  { action: "blocked", text: "Blocked" },
  { action: "detected", text: "Detected" },
] as const;

function Filters(props: CorrelationListProps) {
  const { filter, rules } = props;
  return (
    <div class="filter">
      <SearchForm
        at="/correlation"
        name="client"
        value={filter.client}
        label="Client's address"
        placeholder="Address of a client"
        keep={{ rule: filter.rule, host: filter.host, action: filter.action }}
      />
      <Segments
        label="What became of it"
        items={ACTIONS.map(({ action, text }) => ({
          href: hrefOf({ ...filter, action }),
          text,
          current: action === filter.action,
        }))}
      />
      {rules.length === 0 && filter.host === "" ? null : (
        <div class="row chips">
          {filter.host === ""
            ? null
            : <a class="chip" href={hrefOf({ ...filter, host: "" })} aria-current="true">{filter.host}</a>}
          {rules.map((rule) => (
            <a
              class="chip"
              href={hrefOf({ ...filter, rule: rule.id === filter.rule ? "" : rule.id })}
              aria-current={rule.id === filter.rule ? "true" : undefined}
            >
              {rule.name}
            </a>
          ))}
        </div>
      )}
    </div>
  );
}

function EventTable(props: CorrelationListProps) {
  return (
    <div class="card">
      <div class="scroll" tabindex={0} role="region" aria-label="Events">
        <table data-rows>
          <thead>
            <tr>
              <th>When</th>
              <th>Rule</th>
              <th class="s">Client</th>
              <th class="s m">Host</th>
              <th class="r s m">Requests</th>
              <th>Answer</th>
            </tr>
          </thead>
          <tbody>{props.events.map((event) => <Row {...props} event={event} />)}</tbody>
        </table>
      </div>
    </div>
  );
}

function Row(
  { ctx, event, filter }: Pick<CorrelationListProps, "ctx" | "filter"> & {
    readonly event: CorrelationEventView;
  },
) {
  const [client = "", ...others] = event.clients;
  return (
    <tr>
      <td>
        <a href={`/correlation/${encodeURIComponent(event.id)}`}>
          <Ago at={event.at} now={ctx.now} />
        </a>
      </td>
      <td>
        <Safe text={event.rule_name} />
        <span class="sub phone mono">{client}</span>
      </td>
      <td class="s">
        <span class="mono">{client}</span>
        {others.length === 0 ? null : <span class="sub">and {plural(others.length, "other")}</span>}
      </td>
      <td class="s m">
        {event.host_name === null
          ? "a host that is gone"
          : <a href={hrefOf({ ...filter, host: event.host_name })}>{event.host_name}</a>}
      </td>
      <td class="r s m">
        {count(event.counted)}
        <span class="sub">in {duration(event.window_seconds * 1_000)}</span>
      </td>
      <td>
        <Verdict action={event.action} />
        <span class="sub">
          <BlockState event={event} now={ctx.now} />
        </span>
      </td>
    </tr>
  );
}

/** What it cost, and what it did not see. */
function Analyst({ analyst }: { readonly analyst: AnalystView }) {
  return (
    <p class="small muted">
      Since its start the analyst has looked at {plural(analyst.requests, "request")} and found{" "}
      {plural(analyst.events, "event")}. It remembers {plural(analyst.clients, "client")} in{" "}
      {bytes(analyst.bytes)}
      {analyst.lost === 0
        ? "."
        : `; ${plural(analyst.lost, "request")} came too fast for it and were left out.`}
      {analyst.unwritten === 0
        ? ""
        : ` ${
          plural(analyst.unwritten, "event")
        } were too many to be written down; their clients were blocked all the same.`}
    </p>
  );
}

function hrefOf(filter: CorrelationFilter, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(
    Object.entries({ ...filter, ...more }).filter(([, value]) => value !== ""),
  ).toString();
  return query === "" ? "/correlation" : `/correlation?${query}`;
}
