import { Safe } from "../../components/bytes.tsx";
import { count, plural } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import type { ReadinessView, ViewContext } from "../../model.ts";

/** What enforcing would have done, and the button that begins it. */
export function ReadinessCard(
  props: {
    readonly ctx: ViewContext;
    readonly hostId: string;
    readonly readiness: ReadinessView;
    readonly mayChange: boolean;
  },
) {
  const { readiness } = props;
  const missing = 7 - readiness.days_seen;
  return (
    <section class="card">
      <header>
        <h2>If it had enforced for the last 7 days</h2>
      </header>
      <div class="pad stack">
        <p>
          {readiness.would_refuse === 0
            ? `None of ${count(readiness.requests)} requests would have been refused.`
            : `${count(readiness.would_refuse)} of ${count(readiness.requests)} requests, from ${
              plural(readiness.clients, "client")
            }, would have been refused.`}
        </p>
        {readiness.is_ready ? null : (
          <p class="small muted">
            {readiness.days_seen === 0
              ? "No traffic yet: let it detect for a week first."
              : `Seen for ${plural(readiness.days_seen, "day")}: wait ${
                plural(missing, "day")
              } more to be sure.`}
          </p>
        )}
        {readiness.groups.length === 0 ? null : (
          <div class="stack tight">
            {readiness.groups.map((group) => (
              <p class="small">
                <a href={`/traffic/${encodeURIComponent(group.sample.id)}`}>
                  {group.rules.map((rule) => rule.name).join(", ") || "Findings"}
                </a>{" "}
                <span class="muted">
                  {plural(group.requests, "request")} of {plural(group.clients, "client")}, as{" "}
                  <code>
                    {group.sample.method} <Safe text={group.sample.target.slice(0, 120)} />
                  </code>
                </span>
              </p>
            ))}
          </div>
        )}
        {readiness.groups.length === 0
          ? null
          : <p class="small muted">Open one to see why, and to let it pass from now on.</p>}
        {props.mayChange
          ? (
            <PostButton
              ctx={props.ctx}
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
