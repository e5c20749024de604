import { Safe } from "../../components/bytes.tsx";
import { count, plural } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { ViewContext } from "../../model.ts";
import type { ReleaseComparison } from "../../model_releases.ts";
import { nameOf } from "./releases.tsx";

interface ReleaseProps {
  readonly ctx: ViewContext;
  readonly compared: ReleaseComparison;
}

/** What another rule set would change, before it is put in force. */
export function ReleasePage({ ctx, compared }: ReleaseProps) {
  const { release } = compared;
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  const path = `/rules/releases/${release.version}`;
  return (
    <>
      <PageHead
        title={nameOf(release)}
        crumb={{ href: "/rules/releases", text: "Rule sets" }}
        actions={may && !release.in_force
          ? (
            <>
              {release.origin === "imported"
                ? <PostButton ctx={ctx} action={`${path}/delete`} class="btn">Forget it</PostButton>
                : null}
              <PostButton ctx={ctx} action={`${path}/activate`} class="btn main">Put in force</PostButton>
            </>
          )
          : null}
      >
        {plural(release.rules, "rule")}. {release.issued_at === null ? "It comes with Aegis." : (
          <>
            Signed <Ago at={release.issued_at} now={ctx.now} /> by{" "}
            <span class="mono break">{release.key}</span>.
          </>
        )}
      </PageHead>
      <div class="stack">
        {compared.is_older
          ? (
            <Note kind="detected" title="Older than the one in force">
              It was signed earlier, so it may lack rules for what was found out since.
            </Note>
          )
          : null}
        <Differences compared={compared} />
        <Trial ctx={ctx} compared={compared} />
      </div>
    </>
  );
}

function Differences({ compared }: Pick<ReleaseProps, "compared">) {
  const { added, removed, changed, model_changed } = compared;
  const lists = [["New", added], ["Gone", removed], ["Changed", changed]] as const;
  const same = lists.every(([, rules]) => rules.length === 0);
  return (
    <section class="card">
      <header>
        <h2>What changes</h2>
      </header>
      <div class="pad stack">
        {same ? <p>The rules are those in force.</p> : null}
        {lists.filter(([, rules]) => rules.length > 0).map(([title, rules]) => (
          <details open={rules.length <= 20}>
            <summary>
              {title}: {plural(rules.length, "rule")}
            </summary>
            <ul class="small">
              {rules.map(({ id, name }) => (
                <li>
                  <span class="mono">{id}</span> <Safe text={name} />
                </li>
              ))}
            </ul>
          </details>
        ))}
        <p class="small muted">
          The learned second opinion {model_changed ? "has other weights." : "stays as it is."}
        </p>
      </div>
    </section>
  );
}

function Trial({ ctx, compared }: ReleaseProps) {
  const { trial } = compared;
  return (
    <section class="card">
      <header>
        <h2>Back-test</h2>
        <span class="small muted end">{count(trial.requests)} requests in the log</span>
      </header>
      <div class="pad stack">
        <p>
          Since <Ago at={trial.looked_back_to} now={ctx.now} /> it would have refused{" "}
          <b>{count(trial.newly_refused)}</b> that the one in force lets pass, and let{" "}
          <b>{count(trial.no_longer_refused)}</b> pass that it refuses, were every host enforcing.
        </p>
        {trial.complete
          ? null
          : <Note kind="detected" title="Not all days were seen">The time for one trial was over.</Note>}
        <p class="small muted">
          The log keeps path, query and user agent; bodies are judged where evidence is kept:{" "}
          {plural(trial.seen_whole, "request")}.
        </p>
        {trial.samples.map((each) => (
          <p class="small">
            <a href={`/traffic/${encodeURIComponent(each.id)}`}>
              <code>
                {each.method} <Safe text={`${each.host}${each.target}`.slice(0, 160)} />
              </code>
            </a>{" "}
            <span class="muted">
              {each.becomes === "refused" ? "would be refused by " : "would pass, is refused by "}
              <Safe text={each.rules.join(", ")} />
            </span>
          </p>
        ))}
      </div>
    </section>
  );
}
