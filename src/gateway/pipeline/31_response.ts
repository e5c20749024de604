import type { HeaderList } from "../../core/header_list.ts";
import { block } from "../../core/verdict.ts";
import { wantsPage } from "../response/refusal.ts";
import { addSameSite } from "../response/same_site.ts";
import { headView, noteRefused, templateValues } from "../routing/apply_request.ts";
import { editFields } from "../routing/rewrite.ts";
import type { ResponseStep } from "../routing/transform_plan.ts";
import { compressAnswer } from "./compress_answer.ts";
import type { Flow } from "./flow.ts";
import { inspectBody } from "./inspect_answer.ts";
import { countAnswer } from "./rate_rules.ts";
import { replaceAnswer } from "./replace_answer.ts";
import { refuse } from "./settle.ts";

/**
 * The response half: response rules, the host's headers where the target sent none of its own, the host's edits of the
 * answer, and compression, in this order.
 */
export function answerWith(flow: Flow, status: number, headers: HeaderList, length: number | null): void {
  const { exchange, pendingCounts } = flow;
  if (flow.settled) return;
  if (pendingCounts !== null) countAnswer(pendingCounts, status, flow);
  if (flow.waf !== null && flow.waf.responseHead(status, headers) === "refuse" && !exchange.marked) {
    exchange.findings = flow.waf.findings;
    return refuse(flow, block("response_rule", flow.waf.findings.map((finding) => finding.ruleId).join(" ")));
  }
  flow.watched?.answered(headers);
  if (flow.host!.policy.answerBodies === "unseen") return sendAnswer(flow, status, headers, length);
  inspectAnswer(flow, status, headers, length);
}

/** Apart from `answerWith`: what its function holds on to would be made for every answer. */
function inspectAnswer(flow: Flow, status: number, headers: HeaderList, length: number | null): void {
  inspectBody(flow, status, headers, length, () => sendAnswer(flow, status, headers, length));
}

/** The answer as it goes to the client, from here on. */
function sendAnswer(flow: Flow, status: number, headers: HeaderList, length: number | null): void {
  const { exchange } = flow;
  const { look, responsePlan, compression } = flow.host!;
  ownFields(flow, headers);
  if (status >= 502 && look.intercepts(status) && wantsPage(exchange)) {
    return replaceAnswer(flow, status, headers, look);
  }
  if (responsePlan !== null) editAnswer(responsePlan, flow, status, headers);
  const bytes = compression === null ? length : compressAnswer(compression, flow, status, headers, length);
  exchange.status = status;
  exchange.response.head(status, headers, bytes);
}

/** Fields of every proxied answer: what leaves it, CORS, SameSite, the host's name of its server, the request's id, security headers. */
export function ownFields(flow: Flow, headers: HeaderList): void {
  const { removed, cors, sameSiteExempt } = flow.host!;
  for (const name of removed) headers.delete(name);
  if (cors !== null) cors.dress(flow.exchange.request.headers.get("origin"), headers);
  if (sameSiteExempt !== null) addSameSite(headers, sameSiteExempt);
  const server = flow.host!.host.server_header;
  if (server !== "") headers.append("server", server);
  headers.delete("x-request-id");
  headers.appendSafe("x-request-id", flow.exchange.id);
  const fixed = flow.fixedHeaders;
  for (let i = 0; i < fixed.length; i++) {
    if (!headers.has(fixed.names[i]!)) headers.appendFrom(fixed, i);
  }
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
