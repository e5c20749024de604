import { Safe } from "../../components/bytes.tsx";
import { plural } from "../../components/format.ts";
import { Note } from "../../components/note.tsx";
import type { SequenceRowView } from "../../model_correlation.ts";

/** What correlated rules make of a sequence, request by request. */
export function SequenceResult(props: { readonly rows: readonly SequenceRowView[] }) {
  const met = props.rows.flatMap((row) => row.met.map((each) => ({ ...each, n: row.n })));
  return (
    <>
      {met.length === 0
        ? <Note kind="ok" title={`No correlated rule is met by ${plural(props.rows.length, "request")}`} />
        : (
          <Note
            kind="blocked"
            title={`Request ${met[0]!.n} meets ${met[0]!.rule_name}: the next one would be refused`}
          />
        )}
      <div class="card">
        <div class="scroll" tabindex={0} role="region" aria-label="The sequence">
          <table>
            <thead>
              <tr>
                <th class="r">No.</th>
                <th class="r">After</th>
                <th>Request</th>
                <th class="r">Status</th>
                <th>Found, met</th>
              </tr>
            </thead>
            <tbody>{props.rows.map((row) => <Row row={row} />)}</tbody>
          </table>
        </div>
      </div>
    </>
  );
}

function Row({ row }: { readonly row: SequenceRowView }) {
  return (
    <tr>
      <td class="r">{row.n}</td>
      <td class="r">{row.at} s</td>
      <td>
        <span class="mono">
          <Safe text={`${row.method} ${row.path}`} />
        </span>
      </td>
      <td class="r">{row.status}</td>
      <td>
        {row.found.join(" ")}
        {row.met.map((each) => (
          <span class="sub">
            <span class="tag blocked">met</span> {each.rule_name} ({plural(each.counted, "request")})
          </span>
        ))}
      </td>
    </tr>
  );
}
