import { areaPath, roundUp } from "../../components/chart_path.ts";
import { absolute, clockTime, compact, count, dateText, duration } from "../../components/format.ts";
import { trafficHref } from "../../components/links.ts";
import type { DashboardView, TimelineBucket } from "../../model_dashboard.ts";

const WIDTH = 960;
/** Allowed stands above this line, findings below it, on a scale of their own. */
const BASE = 104;
const HEIGHT = 208;
const EDGE = 4;

export function Timeline(
  props: { readonly data: DashboardView; readonly now: number; readonly asTable: boolean },
) {
  const { data } = props;
  const other = `/?range=${data.range}${props.asTable ? "" : "&view=table"}`;
  return (
    <section class="card w4" id="timeline">
      <header>
        <h2>Requests, every {duration(data.bucket_ms)}</h2>
        <div class="key end">
          <span class="v allowed">Allowed, above</span>
          <span class="v blocked">Blocked</span>
          <span class="v detected">Detected, below</span>
        </div>
      </header>
      {props.asTable ? <BucketTable data={data} /> : <Chart data={data} />}
      <footer>
        {props.asTable
          ? "Times in UTC. "
          : "Above and below the line have scales of their own. Times in UTC. "}
        <a href={`${other}#timeline`}>{props.asTable ? "Show as a chart" : "Show as a table"}</a>
      </footer>
    </section>
  );
}

function Chart(props: { readonly data: DashboardView }) {
  const buckets = props.data.timeline;
  const allowedMost = roundUp(Math.max(1, ...buckets.map((bucket) => bucket.allowed)));
  const foundMost = roundUp(Math.max(1, ...buckets.map((bucket) => bucket.blocked + bucket.detected)));
  const width = WIDTH / Math.max(1, buckets.length);
  return (
    <div class="pad">
      <div class="plot">
        <div class="y" aria-hidden="true">
          <span>{compact(allowedMost)}</span>
          <span>0</span>
          <span>{compact(foundMost)}</span>
        </div>
        <svg
          class="chart"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="group"
          aria-label={`Requests over the last ${props.data.range}, one link for each stretch`}
        >
          {[EDGE, 53, 155, HEIGHT - EDGE].map((y) => <line class="rule" x2={WIDTH} y1={y} y2={y} />)}
          <path
            class="allowed"
            d={areaPath(buckets.map((bucket) => bucket.allowed), {
              width: WIDTH,
              top: EDGE,
              bottom: BASE,
              most: allowedMost,
            })}
          />
          <path class="blocked" d={bars(buckets, width, foundMost, "blocked")} />
          <path class="detected" d={bars(buckets, width, foundMost, "detected")} />
          <line class="base" x2={WIDTH} y1={BASE} y2={BASE} />
          {links(props.data).map((link) => (
            <a href={link.href} aria-label={link.text}>
              <title>{link.text}</title>
              <rect x={link.x} width={link.width} height={HEIGHT} />
            </a>
          ))}
        </svg>
        <div class="x" aria-hidden="true">{axis(props.data).map((text) => <span>{text}</span>)}</div>
      </div>
    </div>
  );
}

function BucketTable(props: { readonly data: DashboardView }) {
  return (
    <div class="wide" tabindex={0} role="region" aria-label="Requests as a table">
      <table>
        <thead>
          <tr>
            <th>From</th>
            <th class="r">Allowed</th>
            <th class="r">Detected</th>
            <th class="r">Blocked</th>
          </tr>
        </thead>
        <tbody>
          {props.data.timeline.toReversed().map((bucket) => (
            <tr>
              <td>
                <a href={trafficHref({}, { from: bucket.at, to: bucket.at + props.data.bucket_ms })}>
                  {absolute(bucket.at).slice(0, 16)}
                </a>
              </td>
              <td class="r">{count(bucket.allowed)}</td>
              <td class="r">{count(bucket.detected)}</td>
              <td class="r">{count(bucket.blocked)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Bars hang from the base line: blocked first, detected below it. */
function bars(
  buckets: readonly TimelineBucket[],
  width: number,
  most: number,
  kind: "blocked" | "detected",
): string {
  const scale = (HEIGHT - EDGE - BASE) / most;
  return buckets.map((bucket, i) => {
    const length = bucket[kind] * scale;
    if (length <= 0) return "";
    const top = BASE + (kind === "detected" ? bucket.blocked * scale : 0);
    const x = Math.round((i * width + width * 0.1) * 10) / 10;
    const w = Math.round(width * 0.8 * 10) / 10;
    return `M${x} ${Math.round(top * 10) / 10}h${w}v${Math.max(1, Math.round(length * 10) / 10)}h-${w}z`;
  }).join("");
}

/** At most 24 links: each covers whole buckets. */
function links(data: DashboardView) {
  const step = Math.max(1, Math.ceil(data.timeline.length / 24));
  const width = WIDTH / Math.max(1, data.timeline.length);
  const out: { href: string; text: string; x: number; width: number }[] = [];
  for (let i = 0; i < data.timeline.length; i += step) {
    const group = data.timeline.slice(i, i + step);
    const from = group[0]?.at ?? data.from;
    const to = from + group.length * data.bucket_ms;
    const sum = (kind: keyof Omit<TimelineBucket, "at">) =>
      group.reduce((total, bucket) => total + bucket[kind], 0);
    out.push({
      href: trafficHref({}, { from, to }),
      text: `From ${absolute(from).slice(0, 16)}. Allowed ${count(sum("allowed"))}, detected ${
        count(sum("detected"))
      }, blocked ${count(sum("blocked"))}`,
      x: Math.round(i * width * 10) / 10,
      width: Math.round(group.length * width * 10) / 10,
    });
  }
  return out;
}

function axis(data: DashboardView): string[] {
  const marks = 6;
  const texts = Array.from({ length: marks }, (_, i) => {
    const at = data.from + (data.to - data.from) * i / marks;
    return data.range === "7d" || data.range === "30d" ? dateText(at).slice(5) : clockTime(at).slice(0, 5);
  });
  return [...texts, "now"];
}
