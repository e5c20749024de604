import type { HeaderList } from "../../core/header_list.ts";
import { block } from "../../core/verdict.ts";
import { headView, noteRefused, templateValues } from "../routing/apply_request.ts";
import { editFields } from "../routing/rewrite.ts";
import type { ResponseStep } from "../routing/transform_plan.ts";
import type { Flow } from "./flow.ts";
import { refuse } from "./settle.ts";

/** What a target says of itself and visitors need not know. */
const REMOVED = ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version"];

/** The response half: response rules, then the host's headers where the target sent none of its own. */
export function answerWith(flow: Flow, status: number, headers: HeaderList, length: number | null): void {
  const { exchange } = flow;
  if (flow.settled) return;
  if (flow.waf !== null && flow.waf.responseHead(status, headers) === "refuse" && !exchange.marked) {
    exchange.findings = flow.waf.findings;
    return refuse(flow, block("response_rule", flow.waf.findings.map((finding) => finding.ruleId).join(" ")));
  }
  for (const name of REMOVED) headers.delete(name);
  const server = flow.host!.host.server_header;
  if (server !== "") headers.append("server", server);
  headers.delete("x-request-id");
  headers.appendSafe("x-request-id", exchange.id);
  const fixed = flow.fixedHeaders;
  for (let i = 0; i < fixed.length; i++) {
    if (!headers.has(fixed.names[i]!)) headers.appendFrom(fixed, i);
  }
  const plan = flow.host!.responsePlan;
  if (plan !== null) editAnswer(plan, flow, status, headers);
  exchange.status = status;
  exchange.response.onDrain = () => flow.call?.resume();
  exchange.response.head(status, headers, length);
}

/** The host's `response_headers` and response transforms, in order; conditions see the fields as they stand before. */
function editAnswer(
  plan: readonly ResponseStep[],
  flow: Flow,
  status: number,
  headers: HeaderList,
): void {
  const { exchange } = flow;
  const view = headView(exchange, { status, headers });
  const steps = plan.filter(({ when }) => when === null || when.test(view) !== null).map(({ edit }) => edit);
  noteRefused(exchange, editFields(headers, steps, templateValues(exchange, flow.target)));
}
