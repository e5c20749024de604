import { HeaderList } from "../../core/header_list.ts";
import type { Tunnel } from "../../core/exchange.ts";
import type { Target } from "../../core/host.ts";
import { isIdempotent } from "../../core/method.ts";
import type { UpstreamFailure, UpstreamRequest, UpstreamSink } from "../../core/ports.ts";
import { block, PASS } from "../../core/verdict.ts";
import { answerWith } from "./31_response.ts";
import type { Flow } from "./flow.ts";
import { forwardHeaders } from "./forward_headers.ts";
import { joinTunnels } from "./join_tunnels.ts";
import { refuse } from "./settle.ts";
import type { Stage } from "./stage.ts";

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
  const request: UpstreamRequest = {
    target,
    method,
    path: rawQuery === null ? exchange.path : `${exchange.path}?${rawQuery}`,
    headers: forwardHeaders(exchange, host.host.preserve_host ? null : target),
    requestId: exchange.id,
    body: exchange.body.length === 0 ? null : flow.body,
    timeouts: host.host.timeouts,
    upgrade,
  };
  services.targetBegins(target.id, flow.snapshot);
  flow.call = services.transport.send(request, new TargetSink(flow, target));
}

/** What comes back from one attempt at one target. */
class TargetSink implements UpstreamSink {
  readonly #flow: Flow;
  readonly #target: Target;
  readonly #startedAt: number;

  constructor(flow: Flow, target: Target) {
    this.#flow = flow;
    this.#target = target;
    this.#startedAt = flow.services.clock.monotonic();
  }

  informational(status: number, headers: HeaderList): void {
    this.#flow.exchange.response.informational(status, headers);
  }

  head(status: number, headers: HeaderList, length: number | null): void {
    const flow = this.#flow;
    flow.exchange.targetId = this.#target.id;
    flow.exchange.upstreamMs = flow.services.clock.monotonic() - this.#startedAt;
    answerWith(flow, status, headers, length);
  }

  data(chunk: Uint8Array): void {
    const flow = this.#flow;
    if (flow.settled) return;
    if (!flow.exchange.response.write(chunk)) flow.call?.pause();
  }

  end(trailers: HeaderList | null): void {
    const flow = this.#flow;
    this.#ends();
    if (flow.settled) return;
    flow.settled = true;
    flow.exchange.response.end(trailers);
  }

  upgraded(status: number, headers: HeaderList, tunnel: Tunnel): void {
    const flow = this.#flow;
    const { exchange } = flow;
    exchange.targetId = this.#target.id;
    exchange.upstreamMs = flow.services.clock.monotonic() - this.#startedAt;
    exchange.status = status;
    flow.settled = true;
    joinTunnels(exchange.response.tunnel(headers), tunnel, () => this.#ends());
  }

  failed(failure: UpstreamFailure): void {
    const flow = this.#flow;
    this.#ends();
    if (flow.settled) return;
    const next = this.#nextTarget(failure);
    if (next !== null) {
      flow.target = next;
      return forward(flow, next);
    }
    flow.exchange.targetId = this.#target.id;
    refuse(flow, block(failure.reason, `${this.#target.url}: ${failure.detail}`));
  }

  /** Only a request of which not one byte reached a target may go to another one: a replay could act twice. */
  #nextTarget(failure: UpstreamFailure): Target | null {
    const flow = this.#flow;
    const { exchange } = flow;
    if (failure.sent || failure.reason === "timeout_client" || exchange.response.started) return null;
    if (!isIdempotent(exchange.request.method) || exchange.body.length !== 0) return null;
    const next = flow.host!.balancer.pick(this.#target.id);
    if (next === null || next.id === this.#target.id) return null;
    return flow.services.retryBudget.take() ? next : null;
  }

  #ends(): void {
    this.#flow.services.targetEnds(this.#target.id, this.#flow.snapshot);
  }
}
