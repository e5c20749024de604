import { Safe } from "../../components/bytes.tsx";
import { count, milliseconds } from "../../components/format.ts";
import { Note } from "../../components/note.tsx";
import { Dot, type DotState } from "../../components/verdict.tsx";
import type { HostTargets, TargetTraffic } from "../../model_traffic.ts";

export const BALANCES = [
  { value: "round-robin", text: "Round robin: in turn, by weight" },
  { value: "least-connections", text: "Least connections: where the least runs" },
  { value: "ip-hash", text: "By address: a visitor stays at one target" },
  { value: "random-two-choices", text: "Two choices: the freer of two taken by chance" },
] as const;

/** How the targets do, now; asked for again every few seconds while nobody holds it. */
export function TargetTable(props: { readonly data: HostTargets }) {
  const { data } = props;
  const policy = BALANCES.find(({ value }) => value === data.balance)?.text ?? data.balance;
  return (
    <div
      class="stack"
      id="target-table"
      data-refresh
      hx-get={`/hosts/${encodeURIComponent(data.host_id)}/targets/now`}
      hx-trigger="every 3s"
      hx-swap="outerHTML"
    >
      <Lowered rate={data.rate} />
      <section class="card">
        <header>
          <h2>Health and speed</h2>
          <span class="end small muted">{policy}</span>
        </header>
        <div class="scroll" tabindex={0} role="region" aria-label="Targets now">
          <table>
            <thead>
              <tr>
                <th>Target</th>
                <th>Breaker</th>
                <th class="s r">Weight</th>
                <th class="s r">Running</th>
                <th class="s m r">p50</th>
                <th class="r">p95</th>
                <th class="s m r">p99</th>
              </tr>
            </thead>
            <tbody>{data.targets.map((target) => <Row target={target} />)}</tbody>
          </table>
        </div>
        <p class="pad small muted">
          Time until an answer begins, of the last minute and at most 1,000 answers, without WebSockets and
          event streams.
        </p>
      </section>
    </div>
  );
}

function Row(props: { readonly target: TargetTraffic }) {
  const { target } = props;
  return (
    <tr>
      <td>
        <span class="row">
          <Dot {...looks(target)} />
          <span class="mono">{target.url.replace(/^https?:\/\//, "")}</span>
          {target.role === "canary" ? <span class="tag accent">canary</span> : null}
          {target.backup ? <span class="tag">backup</span> : null}
        </span>
        <span class="sub">
          <Safe text={target.text === "" ? "not checked yet" : target.text} />
        </span>
      </td>
      <td>
        <Breaker target={target} />
      </td>
      <td class="s r num">
        {target.weight}
        {target.warm_up < 100 ? <span class="sub">{`${target.warm_up}\u00a0% now`}</span> : null}
      </td>
      <td class="s r num">{count(target.active)}</td>
      <td class="s m r num">{time(target.p50)}</td>
      <td class="r num">{time(target.p95)}</td>
      <td class="s m r num">{time(target.p99)}</td>
    </tr>
  );
}

function Breaker(props: { readonly target: TargetTraffic }) {
  const { breaker, breaker_openings: openings } = props.target;
  const often = openings === 0 ? null : <span class="sub">opened {openings}×</span>;
  const look = breaker === "closed" ? "tag plain" : breaker === "open" ? "tag blocked" : "tag detected";
  return (
    <>
      <span class={look}>{breaker}</span>
      {often}
    </>
  );
}

function Lowered(props: { readonly rate: HostTargets["rate"] }) {
  const { rate } = props;
  if (rate === null || Math.round(rate.now * 10) === Math.round(rate.configured * 10)) return null;
  const now = Math.round(rate.now * 10) / 10;
  return rate.now < rate.configured
    ? (
      <Note kind="detected" title={`The rate is lowered to ${now} requests a second`}>
        <p>The targets answer slowly. It returns to {rate.configured} by itself once they are fast again.</p>
      </Note>
    )
    : (
      <Note kind="accent" title={`The rate is raised to ${now} requests a second`}>
        <p>The targets answer fast, and max_rate allows for it.</p>
      </Note>
    );
}

function looks(
  { up, breaker, warm_up }: TargetTraffic,
): { readonly state: DotState; readonly label: string } {
  if (up === false) return { state: "down", label: "down" };
  if (breaker !== "closed") return { state: "slow", label: "up, but its breaker is open" };
  if (warm_up < 100) return { state: "slow", label: "up, and warming up" };
  return up === null ? { state: "off", label: "not checked yet" } : { state: "up", label: "up" };
}

function time(ms: number | null) {
  // One word: a figure and its unit stay on one line.
  return ms === null ? <span class="muted">–</span> : milliseconds(ms).replaceAll(" ", "\u00a0");
}
