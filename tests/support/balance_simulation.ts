import { ManualClock } from "../../src/core/clock.ts";
import type { Host } from "../../src/core/host.ts";
import type { Target } from "../../src/core/target.ts";
import { type Balancer, createBalancer } from "../../src/gateway/balancer/balancer.ts";
import { HealthChecker } from "../../src/gateway/balancer/health_checker.ts";
import type { ProbeResult } from "../../src/gateway/balancer/probe.ts";
import { createTargetCells, TargetCells } from "../../src/gateway/shared_targets.ts";
import { DeadlineSweep } from "../../src/lib/deadline_sweep.ts";
import { fakeHost } from "./fake_gateway.ts";

/** How a target answers a request that reaches it; `null`: its client leaves after `ms`. */
export interface ScriptedAnswer {
  readonly status: number | "no answer" | null;
  readonly ms: number;
}

/** A target as its script has it, at a time since the simulation began, milliseconds. */
export interface ScriptedTarget {
  answer(atMs: number, path: string): ScriptedAnswer;
  /** What a health check finds; up where absent. */
  isUp?(atMs: number): boolean;
}

export interface Served {
  readonly atMs: number;
  readonly target: string;
  readonly answer: ScriptedAnswer;
}

interface Event {
  readonly atMs: number;
  readonly order: number;
  run(): void;
}

const CELLS = 16;

/**
 * Balancers of several gateway threads over one shared memory, before scripted targets, in virtual time: the code that
 * serves, without sockets and without waiting. The same script gives the same run.
 */
export class BalanceSimulation {
  readonly clock = new ManualClock();
  readonly host: Host;
  /** As control sees them. */
  readonly cells: TargetCells;
  readonly slots: Readonly<Record<string, number>>;
  readonly served: Served[] = [];
  readonly #sweep = new DeadlineSweep(this.clock);
  readonly #gateways: { cells: TargetCells; balancer: Balancer }[];
  readonly #checker: HealthChecker;
  readonly #events: Event[] = [];
  readonly #added: Event[] = [];
  readonly #targets: Readonly<Record<string, ScriptedTarget>>;
  readonly #startedAt = this.clock.now();
  #order = 0;
  #turn = 0;

  constructor(
    targets: Readonly<Record<string, ScriptedTarget & Partial<Target>>>,
    over: Partial<Host> = {},
    gateways = 3,
  ) {
    this.#targets = targets;
    const ids = Object.keys(targets);
    this.host = fakeHost({
      ...over,
      targets: ids.map((id): Target => {
        const { answer: _answer, isUp: _isUp, ...fields } = targets[id]!;
        return { ...fakeHost().targets[0]!, ...fields, id, url: `http://${id}.test` };
      }),
    });
    this.slots = Object.fromEntries(ids.map((id, slot) => [id, slot]));
    const buffer = createTargetCells(gateways, CELLS);
    this.#gateways = Array.from({ length: gateways }, (_, index) => {
      const cells = new TargetCells(buffer, gateways, index, this.clock);
      return { cells, balancer: createBalancer(this.host, this.slots, cells) };
    });
    this.cells = new TargetCells(buffer, gateways, 0, this.clock);
    this.#checker = new HealthChecker({
      cells: this.cells,
      clock: this.clock,
      sweep: this.#sweep,
      random: () => 0.5,
      onTransition: () => {},
      probe: (_host, target, done) => this.#probe(target, done),
    });
    this.#checker.update([this.host], this.slots);
  }

  /** Since the beginning. */
  get nowMs(): number {
    return this.clock.now() - this.#startedAt;
  }

  /** Requests `perSecond` from now on, for `ms`, to the gateways in turn. */
  traffic(perSecond: number, ms: number, path: (nth: number) => string = (nth) => `/${nth}`): void {
    const count = Math.round(perSecond * ms / 1_000);
    for (let i = 0; i < count; i++) this.at(this.nowMs + i * 1_000 / perSecond, () => this.request(path(i)));
  }

  /** One request now. */
  request(path = "/", client = 0): string | null {
    const { cells, balancer } = this.#gateways[this.#turn++ % this.#gateways.length]!;
    const target = balancer.pick(null, client);
    if (target === null) return null;
    const { ticket } = balancer;
    const slot = this.slots[target.id]!;
    const answer = this.#targets[target.id]!.answer(this.nowMs, path);
    this.served.push({ atMs: this.nowMs, target: target.id, answer });
    cells.begin(slot);
    this.at(this.nowMs + answer.ms, () => {
      const { circuit_breaker: breaker } = this.host;
      cells.end(slot);
      if (answer.status === null) return cells.released(slot, ticket);
      if (answer.status === "no answer") return cells.failed(slot, ticket, 0, breaker);
      cells.took(slot, answer.ms, this.clock.now());
      if (answer.status >= 500) cells.failed(slot, ticket, hashOf(path), breaker);
      else cells.succeeded(slot, ticket, breaker);
    });
    return target.id;
  }

  at(atMs: number, run: () => void): void {
    this.#added.push({ atMs, order: this.#order++, run });
  }

  every(ms: number, untilMs: number, run: () => void): void {
    for (let atMs = this.nowMs + ms; atMs <= untilMs; atMs += ms) this.at(atMs, run);
  }

  /** Lets `ms` pass, with all that falls into it. */
  pass(ms: number): void {
    const end = this.nowMs + ms;
    while (this.nowMs < end) {
      const next = this.#nextBefore(end);
      this.clock.advance((next?.atMs ?? end) - this.nowMs);
      this.#sweep.sweep();
      next?.run();
    }
  }

  /** Share of the requests between two times that each target got, in percent. */
  shares(fromMs: number, toMs: number): Record<string, number> {
    const within = this.served.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const ids = Object.keys(this.slots);
    return Object.fromEntries(
      ids.map((
        id,
      ) => [id, Math.round(100 * within.filter((each) => each.target === id).length / within.length)]),
    );
  }

  stop(): void {
    this.#checker.stop();
  }

  #nextBefore(end: number): Event | null {
    // Health checks are due at times of their own: time never jumps further than this.
    const limit = Math.min(end, this.nowMs + 100);
    this.#settle();
    const first = this.#events.at(-1);
    if (first !== undefined && first.atMs <= limit) return this.#events.pop()!;
    return { atMs: limit, order: 0, run: () => {} };
  }

  /** New events take their place: the next one stands last. */
  #settle(): void {
    if (this.#added.length > 64) {
      for (const event of this.#added.splice(0)) this.#events.push(event);
      this.#events.sort(later);
    }
    for (const event of this.#added.splice(0)) {
      let low = 0;
      let high = this.#events.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (later(this.#events[middle]!, event) < 0) low = middle + 1;
        else high = middle;
      }
      this.#events.splice(low, 0, event);
    }
  }

  #probe(target: Target, done: (result: ProbeResult) => void): () => void {
    let isOver = false;
    this.at(this.nowMs + 1, () => {
      if (isOver) return;
      const isUp = this.#targets[target.id]!.isUp?.(this.nowMs) ?? true;
      done({ isUp, status: isUp ? 200 : 503, latencyMs: 1, text: isUp ? "200 in 1 ms" : "503" });
    });
    return () => void (isOver = true);
  }
}

function later(a: Event, b: Event): number {
  return b.atMs - a.atMs || b.order - a.order;
}

function hashOf(path: string): number {
  let hash = 1;
  for (const char of path) hash = Math.imul(hash, 31) + char.charCodeAt(0) * 1_024 | 0;
  return hash === 0 ? 1 : hash;
}
