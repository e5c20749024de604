import { count, plural, relative } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { trafficHref } from "../../components/links.ts";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SearchForm } from "../../components/search_form.tsx";
import { LogTime } from "../../components/time.tsx";
import { Segments } from "../../components/tabs.tsx";
import type { ExchangeAction, TrafficRow, ViewContext } from "../../model.ts";
import { RequestRow } from "./row.tsx";

export interface TrafficListProps {
  readonly ctx: ViewContext;
  /** The filter as typed. */
  readonly q: string;
  readonly range: string;
  /** A stretch of time instead of a range; milliseconds. */
  readonly from: number | null;
  readonly to: number | null;
  readonly action: ExchangeAction | null;
  readonly chips: readonly { readonly text: string; readonly without: string }[];
  /** The same filter for each action, and without one. */
  readonly byAction: Readonly<Record<ExchangeAction | "all", string>>;
  /** What could not be understood of the filter. */
  readonly complaint: string | null;
  readonly rows: readonly TrafficRow[];
  readonly total: number | null;
  readonly older: string | null;
  /** How far back was looked, where it stopped before the end. */
  readonly searchedTo: number | null;
  /** True where not one request was ever logged. */
  readonly empty: boolean;
  /** Refusals that visitors call mistakes. */
  readonly reports: number;
}

export const TRAFFIC_RANGES: Readonly<Record<string, string>> = {
  "15m": "15 min",
  "1h": "1 h",
  "24h": "24 h",
  "7d": "7 d",
  "30d": "30 d",
};

const ACTIONS: readonly ExchangeAction[] = ["allowed", "detected", "blocked", "challenged"];

/** What came, what was done, why. */
export function TrafficListPage(props: TrafficListProps) {
  return (
    <>
      <PageHead title="Traffic">
        {stretchText(props)} Words look into path, user agent and matched values; <code>field:value</code>
        {" "}
        narrows, <code>-field:value</code> leaves out. Times in UTC.
      </PageHead>
      <div class="filter">
        <SearchForm
          at="/traffic"
          value={props.q}
          label="Filter: words, or field:value, with a minus in front to leave out"
          placeholder="client:203.0.113.77 -rule:sqli-120 status:403 union"
          keep={{ range: props.range }}
        />
        <Segments
          label="Action"
          items={[
            { href: props.byAction.all, text: "All", current: props.action === null },
            ...ACTIONS.map((action) => ({
              href: props.byAction[action],
              text: <span class={`v ${action}`}>{action}</span>,
              current: props.action === action,
            })),
          ]}
        />
      </div>
      <nav class="filter chips" aria-label="Range and filters">
        {Object.entries(TRAFFIC_RANGES).map(([range, text]) => (
          <a
            class="chip"
            href={href(props.q, range)}
            aria-current={props.from === null && props.range === range ? "true" : undefined}
          >
            {text}
          </a>
        ))}
        {props.chips.map((chip) => (
          <a class="chip" href={chip.without} aria-label={`Remove the filter ${chip.text}`}>
            {chip.text}
            <Icon name="close" />
          </a>
        ))}
        {props.total === null ? null : <span class="small muted end">{plural(props.total, "row")}</span>}
      </nav>
      {props.complaint === null ? null : <Note kind="detected" alert>{props.complaint}</Note>}
      {props.reports === 0 ? null : (
        <Note kind="detected">
          <a href="/traffic/reports">
            {plural(props.reports, "refusal")} {props.reports === 1 ? "was" : "were"} called a mistake
          </a>{" "}
          by the visitor.
        </Note>
      )}
      <TrafficTable {...props} />
    </>
  );
}

function TrafficTable(props: TrafficListProps) {
  if (props.rows.length === 0) {
    return (
      <div class="card pad">
        {props.empty
          ? (
            <p>
              No request has come yet. Point a name at this machine and open it, or{" "}
              <a href="/hosts/new">add a host</a>.
            </p>
          )
          : (
            <p>
              Nothing in this stretch of time fits the filter.{" "}
              <a href="/traffic?range=30d">Show all of 30 days</a>
            </p>
          )}
      </div>
    );
  }
  return (
    <div class="card">
      <div class="scroll">
        <table class="fix" data-rows>
          <thead>
            <tr>
              <th class="c4">Time</th>
              <th class="c5 s">Action</th>
              <th>Request</th>
              <th class="c6 s m">Client</th>
              <th class="r c3 s">Status</th>
              <th class="c6 s">Why</th>
              <th class="r c4 s m">Took</th>
            </tr>
          </thead>
          <tbody hx-target:inherited="#drawer" hx-push-url:inherited="true">
            {props.rows.map((row) => <RequestRow row={row} now={props.ctx.now} range={props.range} />)}
          </tbody>
        </table>
      </div>
      <footer class="row">
        {props.total === null
          ? plural(props.rows.length, "row")
          : `${count(props.rows.length)} of ${count(props.total)}`}
        {props.searchedTo === null ? null : (
          <span class="muted">
            looked back to <LogTime at={props.searchedTo} now={props.ctx.now} />
          </span>
        )}
        {props.older === null ? null : <a class="end" href={props.older}>Older</a>}
      </footer>
    </div>
  );
}

function stretchText(props: TrafficListProps): string {
  if (props.from !== null) {
    const end = props.to === null ? "now" : relative(props.to, props.ctx.now);
    return `From ${relative(props.from, props.ctx.now)} to ${end}.`;
  }
  return `Last ${TRAFFIC_RANGES[props.range] ?? props.range}.`;
}

function href(q: string, range: string): string {
  return q === "" ? trafficHref({}, { range }) : `/traffic?${new URLSearchParams({ q, range })}`;
}
