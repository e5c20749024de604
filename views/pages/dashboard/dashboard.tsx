import { Dot } from "../../components/verdict.tsx";
import { count, duration, milliseconds, percent } from "../../components/format.ts";
import { trafficHref } from "../../components/links.ts";
import { PageHead } from "../../components/page_head.tsx";
import { Stat } from "../../components/stat.tsx";
import { Segments } from "../../components/tabs.tsx";
import { Tops } from "../../components/tops.tsx";
import { Safe } from "../../components/bytes.tsx";
import { Ago } from "../../components/time.tsx";
import type { DashboardView } from "../../model_dashboard.ts";
import type { Range, TrafficRow, ViewContext } from "../../model.ts";
import { Attention } from "./attention.tsx";
import { Countries } from "./countries.tsx";
import { LiveTail } from "./live_tail.tsx";
import { TargetList } from "./target_list.tsx";
import { Timeline } from "./timeline.tsx";

const RANGES: readonly { readonly range: Range; readonly text: string }[] = [
  { range: "1h", text: "1 h" },
  { range: "24h", text: "24 h" },
  { range: "7d", text: "7 d" },
  { range: "30d", text: "30 d" },
];

interface NowProps {
  readonly ctx: ViewContext;
  readonly data: DashboardView;
}

export interface DashboardProps extends NowProps {
  /** What the live tail starts with, newest first. */
  readonly latest: readonly TrafficRow[];
  readonly asTable: boolean;
}

/** Is anything wrong now, what needs a person, what came and what was done. */
export function DashboardPage(props: DashboardProps) {
  const { ctx, data } = props;
  const span = { range: data.range };
  return (
    <>
      <PageHead
        title={<span id="headline" role="status">{data.headline.text}</span>}
        actions={
          <Segments
            label="Range"
            items={RANGES.map((item) => ({
              href: `/?range=${item.range}`,
              text: item.text,
              current: item.range === data.range,
            }))}
          />
        }
      >
        <span id="as-of">
          <AsOf {...props} />
        </span>
      </PageHead>
      <div class="stack">
        <Now {...props} />
        <div class="grid">
          <Timeline data={data} now={ctx.now} asTable={props.asTable} />
          <LiveTail ctx={ctx} rows={props.latest} perSecond={data.totals.requests_per_second} />
          <TargetList targets={data.targets} up={data.targets_up} now={ctx.now} />
          <Countries data={data} />
          <section class="card w2">
            <header>
              <h2>Top clients, blocked</h2>
            </header>
            <div class="pad">
              <Tops
                blocked
                empty="No client was refused in this range."
                items={data.top_clients.filter((top) => top.blocked > 0).map((top) => ({
                  href: trafficHref({ client: top.client, action: "blocked" }, span),
                  text: <Safe text={top.client} />,
                  ...(top.country === "" ? {} : { aside: <Safe text={whereOf(top)} /> }),
                  value: top.blocked,
                }))}
              />
            </div>
          </section>
          <section class="card w2">
            <header>
              <h2>Top rules</h2>
            </header>
            <div class="pad">
              <Tops
                blocked
                empty="No rule found anything in this range."
                items={data.top_rules.map((top) => ({
                  href: trafficHref({ rule: top.rule_id }, span),
                  text: top.name,
                  aside: top.rule_id,
                  value: top.findings,
                }))}
              />
            </div>
          </section>
          <section class="card w3">
            <header>
              <h2>Top hosts</h2>
            </header>
            <div class="pad">
              <Tops
                empty="No requests in this range."
                items={data.top_hosts.map((top) => ({
                  href: trafficHref({ host: top.name }, span),
                  text: <Safe text={top.name} />,
                  value: top.requests,
                }))}
              />
            </div>
          </section>
          <Certificates data={data} now={ctx.now} />
        </div>
      </div>
    </>
  );
}

/** `SE, Lund`, or the country and whose network it is; short, so that the address stays whole. */
function whereOf({ country, city, network }: DashboardView["top_clients"][number]): string {
  const more = city === "" ? network : city;
  return more === "" ? country : `${country}, ${more.length > 14 ? `${more.slice(0, 13)}…` : more}`;
}

/** What is asked for again every half minute; app.js lets it wait while it is hovered, focused or out of sight. */
function Now(props: NowProps) {
  return (
    <div
      class="stack"
      id="now"
      data-refresh
      hx-get={`/now?range=${props.data.range}`}
      hx-trigger="every 30s"
      hx-swap="outerHTML"
    >
      <Attention ctx={props.ctx} items={props.data.attention.slice(0, 5)} />
      <Stats data={props.data} />
    </div>
  );
}

/** The same with the sentence above it; only a sentence that changed is announced. */
export function NowFragment(props: NowProps) {
  return (
    <>
      <Now {...props} />
      <hx-partial hx-target="#headline" hx-swap="innerMorph">{props.data.headline.text}</hx-partial>
      <hx-partial hx-target="#as-of" hx-swap="innerMorph">
        <AsOf {...props} />
      </hx-partial>
    </>
  );
}

function AsOf(props: NowProps) {
  const { data, ctx } = props;
  return (
    <>
      {data.headline.detail} As of <Ago at={data.to} now={ctx.now} />, {ctx.publicName}.
    </>
  );
}

function Stats(props: { readonly data: DashboardView }) {
  const { totals, timeline, range } = props.data;
  const p95 = totals.latency_p95_ms;
  return (
    <div class="card stats">
      <Stat
        href={trafficHref({}, { range })}
        label="Requests"
        value={count(totals.requests)}
        series={timeline.map((at) => at.allowed + at.detected + at.blocked + at.challenged)}
      />
      <Stat
        href={trafficHref({ action: "blocked" }, { range })}
        label="Blocked"
        value={count(totals.blocked)}
        aside={totals.blocked_rate === null ? undefined : percent(totals.blocked_rate)}
        series={timeline.map((at) => at.blocked)}
        kind="blocked"
      />
      <Stat
        href={trafficHref({ action: "detected" }, { range })}
        label="Detected"
        value={count(totals.detected)}
        aside="let pass"
        series={timeline.map((at) => at.detected)}
        kind="detected"
      />
      {p95 === null ? null : (
        <Stat
          href={trafficHref({ action: "allowed" }, { range })}
          label="Latency, p95"
          value={milliseconds(p95)}
          aside={totals.added_p95_ms === null ? undefined : `Aegis adds ${milliseconds(totals.added_p95_ms)}`}
        />
      )}
    </div>
  );
}

function Certificates(props: { readonly data: DashboardView; readonly now: number }) {
  const due = props.data.certificates_due;
  return (
    <section class="card w3">
      <header>
        <h2>Certificates due</h2>
      </header>
      {due.length === 0 ? <p class="pad small muted">None within 30 days.</p> : (
        <ul class="list">
          {due.map((certificate) => (
            <li>
              <Dot state={certificate.expires_at < props.now ? "down" : "slow"} />
              <span class="clip">{certificate.names.join(", ")}</span>
              <span class="muted end">
                {certificate.expires_at < props.now
                  ? "expired"
                  : `ends in ${duration(certificate.expires_at - props.now)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
