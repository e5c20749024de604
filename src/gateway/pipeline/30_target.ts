import type { BodySource } from "../../core/body.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Tunnel } from "../../core/exchange.ts";
import type { Target } from "../../core/target.ts";
import { isIdempotent } from "../../core/method.ts";
import type { UpstreamFailure, UpstreamRequest, UpstreamSink } from "../../core/ports.ts";
import { block, PASS } from "../../core/verdict.ts";
import { scanned } from "../file_scan/scan_upload.ts";
import { withSubject } from "./06_client_auth.ts";
import { pickTarget } from "./29_balance.ts";
import { rewrittenFields } from "../routing/apply_request.ts";
import { answerWith, ownFields } from "./31_response.ts";
import type { Flow } from "./flow.ts";
import { forwardHeaders } from "./forward_headers.ts";
import { dropRanges, narrowEncodings, writeAnswer } from "./inspect_answer.ts";
import { joinTunnels } from "./join_tunnels.ts";
import { refuse } from "./settle.ts";
import type { Stage } from "./stage.ts";
import { TargetAttempt } from "./target_attempt.ts";

/** Forwards to the chosen target and streams both ways. */
export const targetStage: Stage = {
  name: "30_target",
  onError: "closed",
  run(flow) {
    flow.services.retryBudget.deposit();
    forward(flow, flow.target!);
    return PASS;
  },
};

function forward(flow: Flow, target: Target): void {
  const { exchange, services } = flow;
  const { method, rawQuery, upgrade } = exchange.request;
  const host = flow.host!;
  const { rewrite } = flow;
  const headers = forwardHeaders(exchange, host.host.preserve_host ? null : target);
  if (host.policy.answerBodies !== "unseen") narrowEncodings(headers);
  if (host.policy.answerBodies === "held") dropRanges(headers, exchange.path);
  let body: BodySource | null = exchange.body.length === 0 ? null : flow.body;
  if (body !== null && host.host.file_scan.mode !== "off") {
    body = scanned(flow);
    if (body === null) return;
  }
  const usual: UpstreamRequest = {
    target,
    method,
    path: rewrite !== null
      ? rewrite.target
      : rawQuery === null
      ? exchange.path
      : `${exchange.path}?${rawQuery}`,
    headers: withSubject(
      flow,
      rewrite === null ? headers : rewrittenFields(rewrite, exchange, target, headers),
    ),
    requestId: exchange.id,
    body,
    timeouts: host.host.timeouts,
    upgrade,
  };
  const tls = flow.snapshot.upstreamTls?.get(host.host.id);
  const request = tls === undefined ? usual : { ...usual, tls };
  const sink = new TargetSink(flow, target);
  flow.attempt = sink;
  flow.call = services.transport.send(request, sink);
  // Refused while it was sent: what was held of the body is judged as it flows.
  if (flow.settled) flow.call.abort();
}

/** What comes back from one attempt at one target. */
class TargetSink extends TargetAttempt implements UpstreamSink {
  informational(status: number, headers: HeaderList): void {
    this.flow.exchange.response.informational(status, headers);
  }

  head(status: number, headers: HeaderList, length: number | null): void {
    this.answered(status, headers);
    answerWith(this.flow, status, headers, length);
  }

  data(chunk: Uint8Array): void {
    const flow = this.flow;
    if (flow.settled) return;
    if (flow.watched !== null && flow.watched.wantsAnswerBody) flow.watched.answerData(chunk);
    if (flow.inspection !== null && flow.inspection.take(chunk)) return;
    writeAnswer(flow, chunk);
  }

  end(trailers: HeaderList | null): void {
    const flow = this.flow;
    this.completed();
    if (flow.settled || (flow.inspection !== null && flow.inspection.end())) return;
    flow.settled = true;
    if (flow.encoder === null) flow.exchange.response.end(trailers);
    else flow.encoder.end(trailers);
  }

  upgraded(status: number, headers: HeaderList, tunnel: Tunnel): void {
    const flow = this.flow;
    this.answered(status, headers);
    ownFields(flow, headers);
    flow.exchange.status = status;
    flow.settled = true;
    flow.leaveFlight();
    joinTunnels(flow.exchange.response.tunnel(headers), tunnel, () => this.over());
  }

  failed(failure: UpstreamFailure): void {
    const flow = this.flow;
    this.broke(failure);
    if (flow.settled) return;
    if (this.#mayMove(failure)) {
      pickTarget(flow, this.target.id);
      if (flow.target !== null && flow.target.id !== this.target.id && flow.services.retryBudget.take()) {
        return forward(flow, flow.target);
      }
    }
    flow.exchange.targetId = this.target.id;
    refuse(flow, block(failure.reason, `${this.target.url}: ${failure.detail}`));
  }

  /** Only a request of which not one byte reached a target may go to another one: a replay could act twice. */
  #mayMove(failure: UpstreamFailure): boolean {
    const { exchange } = this.flow;
    if (failure.sent || failure.reason === "timeout_client" || exchange.response.started) return false;
    return isIdempotent(exchange.request.method) && exchange.body.length === 0;
  }
}
