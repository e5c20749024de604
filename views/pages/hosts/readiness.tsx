import { Safe } from "../../components/bytes.tsx";
import { count, plural } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { trafficHref } from "../../components/links.ts";
import { Note } from "../../components/note.tsx";
import { Ago, LogTime } from "../../components/time.tsx";
import type { ViewContext } from "../../model.ts";
import type { ReadinessView } from "../../model_readiness.ts";

type Group = ReadinessView["groups"][number];

interface Parts {
  readonly ctx: ViewContext;
  readonly hostId: string;
  readonly readiness: ReadinessView;
  readonly mayChange: boolean;
  /** Rules may be excepted here, though the host itself is changed elsewhere. */
  readonly mayExcept: boolean;
}

/** What enforcing would have done, what of it was wrong, and the button that begins it. */
export function ReadinessCard(props: Parts) {
  const { ctx, readiness } = props;
  return (
    <section class="card" id="readiness">
      <header>
        <h2>If it had enforced for the last 7 days</h2>
      </header>
      <div class="pad stack">
        {readiness.rolled_back_at === null
          ? null
          : (
            <Note kind="detected" title="Aegis took this host back to detect">
              {" "}
              <Ago at={readiness.rolled_back_at} now={ctx.now} />: its rules refused too many who had come
              before.
            </Note>
          )}
        <p>
          {sentence(readiness)} {readiness.excepted === 0 ? null : (
            <span class="muted">
              {plural(readiness.excepted, "more passes", "more pass")} by exceptions made since.
            </span>
          )}
        </p>
        <Waiting readiness={readiness} />
      </div>
      {readiness.groups.length === 0 ? null : (
        <ul class="list">
          {readiness.groups.map((group) => <Refused {...props} group={group} />)}
        </ul>
      )}
      <div class="pad stack">
        {readiness.groups.length === 0 ? null : (
          <p class="small muted">
            "Let it pass" excepts the rules that are named, for the request's path and the fields they looked
            at. Open a request to see why, or to choose otherwise.{" "}
            <a href={trafficHref({ host: props.hostId, action: "detected" }, { range: "7d" })}>
              All in Traffic
            </a>
          </p>
        )}
        {props.mayChange
          ? (
            <PostButton
              ctx={ctx}
              action={`/hosts/${encodeURIComponent(props.hostId)}/enforce`}
              class={readiness.is_ready ? "btn main" : "btn"}
            >
              Enforce from now on
            </PostButton>
          )
          : null}
      </div>
    </section>
  );
}

function sentence({ requests, would_refuse, clients, complete }: ReadinessView): string {
  if (would_refuse === 0) return `None of ${count(requests)} requests would have been refused.`;
  return `${complete ? "" : "At least "}${count(would_refuse)} of ${count(requests)} requests, from ${
    plural(clients, "client")
  }, would have been refused.`;
}

function Waiting(props: { readonly readiness: ReadinessView }) {
  const { is_ready, days_seen } = props.readiness;
  if (is_ready) return null;
  return (
    <p class="small muted">
      {days_seen === 0
        ? "Judged for less than a day: let it detect for a week first."
        : `Judged for ${plural(days_seen, "day")}: wait ${plural(7 - days_seen, "day")} more to be sure.`}
    </p>
  );
}

/** Requests that the same rules would have refused, below the names of these. */
function Refused(props: Parts & { readonly group: Group }) {
  const { ctx, group } = props;
  const left = group.requests - group.samples.reduce((sum, each) => sum + each.count, 0);
  return (
    <>
      <li>
        <span>
          {group.rules.map((rule, i) => (
            <>
              {i === 0 ? "" : ", "}
              <a href={`/rules/${encodeURIComponent(rule.id)}`}>{rule.name}</a>
            </>
          ))}{" "}
          <span class="muted">
            {plural(group.requests, "request")} of {plural(group.clients, "client")}
          </span>
        </span>
      </li>
      {group.samples.map((each) => (
        <li>
          <div class="break">
            <a href={`/traffic/${encodeURIComponent(each.id)}`}>
              <code>
                {each.method} <Safe text={each.target.slice(0, 120)} />
              </code>
            </a>
            <p>
              {each.client}, <LogTime at={each.at} now={ctx.now} />
              {each.count > 1 ? `, ${count(each.count)} times` : ""}
              {each.refused ? ", refused" : ""}
            </p>
          </div>
          {props.mayExcept
            ? (
              <PostButton
                ctx={ctx}
                action={`/hosts/${encodeURIComponent(props.hostId)}/readiness/${
                  encodeURIComponent(each.id)
                }/except`}
              >
                Let it pass
              </PostButton>
            )
            : null}
        </li>
      ))}
      {left > 0
        ? (
          <li>
            <span class="muted">and {plural(left, "request")} more like these</span>
          </li>
        )
        : null}
    </>
  );
}
