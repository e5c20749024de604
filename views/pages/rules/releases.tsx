import { Safe } from "../../components/bytes.tsx";
import { AreaField } from "../../components/field.tsx";
import { plural } from "../../components/format.ts";
import { PostButton } from "../../components/form.tsx";
import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { FormState, ViewContext } from "../../model.ts";
import type { ReleasesView, ReleaseView } from "../../model_releases.ts";
import { RuleTabs } from "./rule_tabs.tsx";

interface ReleasesProps {
  readonly ctx: ViewContext;
  readonly found: ReleasesView;
  readonly form: FormState;
}

/** The rule set in force, and signed ones in its place. */
export function ReleasesPage({ ctx, found, form }: ReleasesProps) {
  const may = ctx.user.role === "admin" || ctx.user.role === "owner";
  const inForce = found.releases.find((each) => each.in_force);
  return (
    <>
      <PageHead
        title="Rules"
        actions={may && found.releases.some((each) => each.former && !each.in_force)
          ? (
            <PostButton ctx={ctx} action="/rules/releases/back" class="btn">
              Back to the one before
            </PostButton>
          )
          : null}
      >
        {inForce === undefined ? null : `${nameOf(inForce)} is in force: ${plural(inForce.rules, "rule")}.`}
      </PageHead>
      <RuleTabs current="releases" />
      <div class="stack">
        {found.failure === "" ? null : (
          <Note kind="blocked" title="The chosen rule set does not serve">
            <p>
              <Safe text={found.failure} />. The built-in one stands in for it.
            </p>
          </Note>
        )}
        <div class="card">
          <div class="scroll">
            <table data-rows>
              <thead>
                <tr>
                  <th>Rule set</th>
                  <th>State</th>
                  <th class="r s">Rules</th>
                  <th class="s m">Signed</th>
                  <th class="s m">By</th>
                </tr>
              </thead>
              <tbody>
                {found.releases.map((release) => <Row ctx={ctx} release={release} />)}
              </tbody>
            </table>
          </div>
        </div>
        {may ? <ImportForm ctx={ctx} found={found} form={form} /> : null}
      </div>
    </>
  );
}

function Row({ ctx, release }: { readonly ctx: ViewContext; readonly release: ReleaseView }) {
  return (
    <tr>
      <td>
        {release.in_force
          ? nameOf(release)
          : <a href={`/rules/releases/${release.version}`}>{nameOf(release)}</a>}
        {release.origin === "built-in" ? <span class="sub mono">{release.digest}</span> : null}
      </td>
      <td>{release.in_force ? <b>in force</b> : release.former ? "before that" : "kept"}</td>
      <td class="r s">{release.rules}</td>
      <td class="s m">
        {release.issued_at === null ? "comes with Aegis" : <Ago at={release.issued_at} now={ctx.now} />}
      </td>
      <td class="s m mono">{release.key === "" ? "" : `${release.key.slice(0, 12)}…`}</td>
    </tr>
  );
}

function ImportForm({ ctx, found, form }: ReleasesProps) {
  if (found.trusted_keys.length === 0) {
    return (
      <Note kind="accent" title="No other rule set can be taken">
        <p>
          A rule set is taken where a key that you trust has signed it. Name its maker’s public key under{" "}
          <a href="/settings">Settings</a>, Rule sets.
        </p>
      </Note>
    );
  }
  return (
    <section class="card">
      <header>
        <h2>Import a signed rule set</h2>
      </header>
      <form
        method="post"
        action="/rules/releases"
        class="pad form"
        enctype="multipart/form-data"
        aria-label="Import a signed rule set"
        hx-post="/rules/releases"
        hx-encoding="multipart/form-data"
        hx-target="#main"
      >
        <input type="hidden" name="csrf" value={ctx.csrf} />
        {form.message === null ? null : <Note kind="blocked" title={form.message} alert />}
        <div class="field">
          <label for="f-file">File</label>
          <input id="f-file" type="file" name="file" accept=".json,application/json" />
        </div>
        <AreaField
          form={form}
          name="release"
          label="Or its text"
          rows={4}
          placeholder='{"form": 1, "manifest": …'
        />
        <p class="small muted">
          Its signature, its rules and their tests are checked. Nothing changes until you put it in force.
        </p>
        <button type="submit" class="btn main">Check and keep</button>
      </form>
    </section>
  );
}

export function nameOf({ version, origin }: Pick<ReleaseView, "version" | "origin">): string {
  return origin === "built-in" ? "The built-in rule set" : `Rule set ${version}`;
}
