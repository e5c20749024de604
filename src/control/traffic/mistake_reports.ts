import { AegisError, errorText } from "../../core/errors.ts";
import type { MistakeReport } from "../../core/mistake_report.ts";
import { seenAs } from "../../store/traffic_sample.ts";
import type { Answer, Bodies, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { domainOf } from "../hosts/host_names.ts";
import { shownAddress } from "../sight.ts";

const HOUR_MS = 3_600_000;
const SHOWN_MS = 30 * 24 * HOUR_MS;
/** [SECURITY] Of one client in an hour: nobody fills the list by pressing a button. */
const MOST_AN_HOUR = 10;
const MOST_SHOWN = 200;

/** Keeps what a visitor says of a refusal that stands in the log. Never throws. */
export function keepReport(control: Pick<Control, "store" | "logger">, report: MistakeReport): void {
  const { store, logger } = control;
  try {
    const request = store.traffic.get(report.requestId);
    if (request === null || request.action === "allowed") return;
    if (store.mistakeReports.count(report.client, report.at - HOUR_MS) >= MOST_AN_HOUR) return;
    // [SECURITY] Ids of one moment are close to each other: nobody writes over what another visitor has said (CWE-639).
    // Of refusals that were counted together those that the log shows have a report each, the others the row's.
    const { id } = seenAs(request, report.requestId);
    const former = store.mistakeReports.get(id);
    if (former !== null && former.client !== report.client) return;
    store.mistakeReports.put({ ...report, requestId: id });
    logger.info("a visitor says that a refusal was a mistake", {
      request_id: id,
      host: report.hostId,
    });
  } catch (thrown) {
    logger.error("a visitor's report could not be kept", { error: errorText(thrown) });
  }
}

export const mistakeReportBodies: Bodies<"traffic.reports" | "traffic.close_report"> = {
  "traffic.reports": {
    read: (context) => {
      const { store, clock } = context.control;
      return store.mistakeReports.list(clock.now() - SHOWN_MS, MOST_SHOWN).map((each) => view(context, each));
    },
  },
  "traffic.close_report": {
    change: ({ control }, { id }) => (change) => {
      const report = control.store.mistakeReports.get(id);
      if (report === null) {
        throw new AegisError("not_found", "there is no such report; it may be closed already");
      }
      control.store.mistakeReports.delete(id);
      change.record(id, report, null);
      return {};
    },
  },
};

function view(context: Context, report: MistakeReport): Answer<"traffic.reports">[number] {
  const row = context.control.store.traffic.get(report.requestId);
  const request = row === null ? null : seenAs(row, report.requestId);
  return {
    request_id: report.requestId,
    at: report.at,
    host_name: domainOf(context.control, report.hostId),
    client: shownAddress(context, report.client),
    text: report.text,
    method: request?.method ?? "",
    target: request?.target ?? "",
    reason: request?.reason ?? null,
  };
}
