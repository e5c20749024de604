import { Safe } from "../../components/bytes.tsx";
import { PageHead } from "../../components/page_head.tsx";
import { SearchForm } from "../../components/search_form.tsx";
import { LogTime } from "../../components/time.tsx";
import type { AuditRow, ViewContext } from "../../model.ts";

const SHOWN_CHARS = 2_000;

/** Who changed what, from where; before and after. */
export function AuditPage(
  props: {
    readonly ctx: ViewContext;
    readonly rows: readonly AuditRow[];
    readonly q: string;
    readonly older: string | null;
  },
) {
  return (
    <>
      <PageHead title="Audit log">Who changed what, and from where. Times in UTC.</PageHead>
      <div class="filter">
        <SearchForm
          at="/audit"
          value={props.q}
          label="Filter the audit log"
          placeholder="Filter by person, action or subject"
        />
      </div>
      <div class="card">
        <div class="scroll">
          <table data-rows>
            <thead>
              <tr>
                <th>Time</th>
                <th>Who</th>
                <th>What</th>
                <th class="s m">From</th>
                <th class="s">Change</th>
              </tr>
            </thead>
            <tbody>
              {props.rows.map((row) => (
                <tr>
                  <td>
                    <LogTime at={row.at} now={props.ctx.now} />
                  </td>
                  <td>
                    <Safe text={row.actor_name === "" ? row.actor_kind : row.actor_name} />
                  </td>
                  <td>
                    {row.action.replace(".", ": ").replaceAll("_", " ")}
                    <span class="sub break">
                      <Safe text={row.subject} />
                    </span>
                  </td>
                  <td class="s m">
                    <Safe text={row.address === "" ? "terminal" : row.address} />
                  </td>
                  <td class="s">
                    <Change row={row} />
                  </td>
                </tr>
              ))}
              {props.rows.length === 0
                ? (
                  <tr>
                    <td colspan={5} class="muted">Nothing was changed yet that fits.</td>
                  </tr>
                )
                : null}
            </tbody>
          </table>
        </div>
        {props.older === null ? null : (
          <footer class="row">
            <a class="end" href={props.older}>Older</a>
          </footer>
        )}
      </div>
    </>
  );
}

function Change(props: { readonly row: AuditRow }) {
  const { before, after } = props.row;
  if (isNothing(before) && isNothing(after)) return <span class="muted">none</span>;
  return (
    <details>
      <summary>{isNothing(before) ? "Made" : isNothing(after) ? "Gone" : "Before and after"}</summary>
      {isNothing(before) ? null : <pre><Safe text={`- ${text(before)}`} /></pre>}
      {isNothing(after) ? null : <pre><Safe text={`+ ${text(after)}`} /></pre>}
    </details>
  );
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

function text(value: unknown): string {
  const whole = JSON.stringify(value) ?? "";
  return whole.length > SHOWN_CHARS ? `${whole.slice(0, SHOWN_CHARS)} …` : whole;
}
