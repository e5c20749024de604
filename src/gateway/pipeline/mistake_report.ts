import { Buffer } from "node:buffer";
import { HeaderList } from "../../core/header_list.ts";
import { respond, type Verdict } from "../../core/verdict.ts";
import { isUlid } from "../../lib/ulid.ts";
import { GATE_CONTENT_SECURITY_POLICY } from "../../../views/gate/document.ts";
import { MOST_REPORT_CHARS } from "../../../views/gate/report_form.ts";
import { renderReportedPage } from "../../../views/gate/reported.ts";
import { COMMON_LOOK } from "../response/error_look.ts";
import { hostName } from "../routing/apply_request.ts";
import type { Flow } from "./flow.ts";

/** The form's fields, percent-encoded at worst three bytes for each of UTF-8. */
const MOST_BYTES = 16 * 1024;

/** Takes what the block page's form says, and thanks. What does not make sense is thanked for as well, and forgotten. */
export function takeReport(flow: Flow): Promise<Verdict> {
  const { exchange, services } = flow;
  // A body beyond the limit, or a client that leaves, settles the exchange; nobody waits for this then.
  flow.body.maxBytes = MOST_BYTES;
  return new Promise((resolve) => {
    flow.body.hold(MOST_BYTES, (held) => {
      const fields = new URLSearchParams(Buffer.from(held).toString("latin1"));
      const requestId = fields.get("id") ?? "";
      if (isUlid(requestId) && isOwnForm(flow)) {
        const text = (fields.get("text") ?? "").trim().slice(0, MOST_REPORT_CHARS);
        services.report({
          requestId,
          hostId: exchange.hostId,
          client: exchange.client,
          text,
          at: services.clock.now(),
        });
      }
      resolve(thanks(flow));
    });
  });
}

/** [SECURITY] No other site's page reports in a visitor's name. */
function isOwnForm({ exchange }: Flow): boolean {
  const { headers, authority } = exchange.request;
  const site = headers.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin") return false;
  const origin = headers.get("origin");
  if (origin === undefined || origin === "null") return site !== undefined || origin === undefined;
  return URL.canParse(origin) && hostName(new URL(origin).host) === hostName(authority);
}

function thanks(flow: Flow): Verdict {
  const { request } = flow.exchange;
  const look = flow.snapshot.findHost(hostName(request.authority))?.look ?? COMMON_LOOK;
  const lang = look.languageFor(request.headers.get("accept-language"));
  const headers = HeaderList.from([
    ["content-type", "text/html; charset=utf-8"],
    ["cache-control", "no-store"],
    ["content-security-policy", GATE_CONTENT_SECURITY_POLICY],
    ["x-content-type-options", "nosniff"],
  ]);
  const page = renderReportedPage({ lang, host: request.authority });
  return respond(200, headers, new TextEncoder().encode(page), "report");
}
