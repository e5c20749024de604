import { Safe } from "../../components/bytes.tsx";
import { duration } from "../../components/format.ts";
import { Dot } from "../../components/verdict.tsx";
import type { TargetState } from "../../model_dashboard.ts";

const SHOWN = 5;

/** Health of the targets, what is down first. */
export function TargetList(
  props: { readonly targets: readonly TargetState[]; readonly up: number; readonly now: number },
) {
  const sorted = props.targets.toSorted((a, b) => rank(a) - rank(b));
  const rest = sorted.length - SHOWN;
  return (
    <section class="card w2">
      <header>
        <h2>Targets</h2>
        {props.targets.length === 0
          ? null
          : <a class="end small" href="/hosts">{props.up} of {props.targets.length} up</a>}
      </header>
      {props.targets.length === 0
        ? <p class="pad small muted">No host has a target yet.</p>
        : (
          <ul class="list">
            {sorted.slice(0, SHOWN).map((target) => (
              <li>
                <Dot {...looks(target)} />
                <a
                  class="clip"
                  href={`/hosts/${encodeURIComponent(target.host_id)}/targets`}
                  title={target.host_name}
                >
                  {shortUrl(target.url)}
                </a>
                <span class="muted clip">
                  <Safe text={target.text} />
                </span>
                {target.since === null
                  ? null
                  : <span class="num end">{duration(props.now - target.since)}</span>}
              </li>
            ))}
            {rest > 0
              ? (
                <li>
                  <Dot state="off" />
                  <a href="/hosts">{rest} more</a>
                </li>
              )
              : null}
          </ul>
        )}
    </section>
  );
}

function looks(target: TargetState): { readonly state: "up" | "down" | "off"; readonly label: string } {
  if (target.up === null) return { state: "off", label: "not checked yet" };
  return target.up ? { state: "up", label: "up" } : { state: "down", label: "down" };
}

function rank(target: TargetState): number {
  return target.up === false ? 0 : target.up === null ? 1 : 2;
}

function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, "");
}
