import type { HeaderList } from "../../core/header_list.ts";
import type { CircuitBreaker } from "../../core/host.ts";
import type { Target } from "../../core/target.ts";
import type { UpstreamFailure } from "../../core/ports.ts";
import { mix32 } from "../../lib/mix32.ts";
import { NO_TICKET } from "../balancer/breakers.ts";
import type { TargetOutcomes } from "../shared_targets.ts";
import type { Flow, HeldTarget } from "./flow.ts";

const FIRST_FAILURE = 500;
/** Characters of a path that tell broken pages apart. */
const PATH_CHARS = 256;

/**
 * One attempt at one target, as the other threads learn of it: its load, its breaker and its latency window. Whatever
 * ends the request ends the attempt: exactly once it is told how it went (or that it said nothing), and exactly once
 * the target's load goes down again.
 */
export class TargetAttempt implements HeldTarget {
  protected readonly flow: Flow;
  protected readonly target: Target;
  readonly #targets: TargetOutcomes;
  readonly #breaker: CircuitBreaker;
  readonly #slot: number;
  readonly #ticket: number;
  readonly #startedAt: number;
  /** How it went is told. */
  #isJudged = false;
  #hasFailed = false;
  #isOver = false;

  constructor(flow: Flow, target: Target) {
    this.flow = flow;
    this.target = target;
    this.#targets = flow.services.targets;
    this.#breaker = flow.host!.host.circuit_breaker;
    this.#slot = flow.snapshot.targetSlots[target.id] ?? -1;
    this.#ticket = flow.ticket;
    flow.ticket = NO_TICKET;
    this.#startedAt = flow.services.turnClock.monotonic();
    this.#targets.begin(this.#slot);
  }

  /** The exchange is over, or the attempt is: nothing of it stays behind. */
  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#targets.end(this.#slot);
    if (!this.#isJudged) this.#targets.released(this.#slot, this.#ticket);
  }

  /** The head of the answer is there: a failure is told now, and so is what a probe or an endless answer found. */
  protected answered(status: number, headers: HeaderList): void {
    const { exchange, services } = this.flow;
    const now = services.turnClock.monotonic();
    exchange.targetId = this.target.id;
    exchange.upstreamMs = now - this.#startedAt;
    const isEndless = status === 101 || isEventStream(headers);
    if (isEndless) this.flow.leaveFlight();
    else {
      const at = exchange.receivedAt + now - exchange.startedAt;
      this.#targets.took(this.#slot, exchange.upstreamMs, at);
    }
    if (status >= FIRST_FAILURE) this.#failed(pathHash(exchange.path));
    else if (isEndless || this.#ticket !== NO_TICKET) this.#succeeded();
  }

  /** The answer is whole. */
  protected completed(): void {
    if (!this.#isJudged) this.#succeeded();
    this.over();
  }

  /** No answer, or half of one. What the client did to it says nothing of the target. */
  protected broke(failure: UpstreamFailure): void {
    if (failure.reason !== "timeout_client" && failure.reason !== "overload") this.#failed(0);
    this.over();
  }

  #succeeded(): void {
    this.#isJudged = true;
    this.#targets.succeeded(this.#slot, this.#ticket, this.#breaker);
  }

  #failed(path: number): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#targets.failed(this.#slot, this.#ticket, path, this.#breaker, this.#isJudged);
    this.#isJudged = true;
  }
}

/** Of an exchange that is over: gives back what it holds of its target, also where no attempt ever began. */
export function leaveTarget(flow: Flow): void {
  flow.attempt?.over();
  if (flow.ticket === NO_TICKET || flow.target === null) return;
  flow.services.targets.released(flow.snapshot.targetSlots[flow.target.id] ?? -1, flow.ticket);
  flow.ticket = NO_TICKET;
}

function isEventStream(headers: HeaderList): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

/** Never 0, which stands for no path. */
function pathHash(path: string): number {
  let hash = 0;
  for (let i = 0; i < Math.min(path.length, PATH_CHARS); i++) hash = mix32(hash ^ path.charCodeAt(i));
  return hash === 0 ? 1 : hash;
}
