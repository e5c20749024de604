import { Safe } from "../../components/bytes.tsx";
import { Empty } from "../../components/empty.tsx";
import { PostButton } from "../../components/form.tsx";
import { requestText } from "../../components/format.ts";
import { PageHead } from "../../components/page_head.tsx";
import { Ago } from "../../components/time.tsx";
import type { MistakeReportView, ViewContext } from "../../model.ts";

/** Refusals that visitors call mistakes: each beside its request, where an exception can be made. */
export function ReportsPage(
  { ctx, reports }: { readonly ctx: ViewContext; readonly reports: readonly MistakeReportView[] },
) {
  return (
    <>
      <p class="crumb">
        <a href="/traffic">Traffic</a>
      </p>
      <PageHead title="Called a mistake">
        What refused visitors wrote on the block page, last 30 days.
      </PageHead>
      {reports.length === 0
        ? (
          <Empty
            title="Nobody has complained"
            text="Whoever is refused by a rule, a ban or a list can say on the block page that it was a mistake. It shows here, beside the request."
            cli="aegis log reports"
          />
        )
        : (
          <div class="card">
            <ul class="list">
              {reports.map((report) => (
                <li>
                  <div>
                    <p>
                      {report.text === ""
                        ? <span class="muted">Said nothing more.</span>
                        : <Safe text={report.text} />}
                    </p>
                    <p class="small muted break">
                      <a href={`/traffic/${encodeURIComponent(report.request_id)}`}>
                        <Safe text={requestText({ ...report, host: report.host_name ?? "" })} />
                      </a>{" "}
                      from <span class="mono">{report.client}</span>, <Ago at={report.at} now={ctx.now} />
                    </p>
                  </div>
                  {ctx.user.role === "viewer" ? null : (
                    <PostButton
                      ctx={ctx}
                      action={`/traffic/reports/${encodeURIComponent(report.request_id)}/close`}
                    >
                      Done
                    </PostButton>
                  )}
                </li>
              ))}
            </ul>
          </div>
        )}
    </>
  );
}
