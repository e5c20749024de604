import { type Clock, systemClock } from "../core/clock.ts";
import type { Finding, Phase } from "../core/finding.ts";
import type { HostPolicy } from "./engine.ts";
import type { BuiltRequest } from "./rule_files/example_request.ts";
import type { WafDecision } from "./request.ts";

/** Why a request would be refused, or would not. */
export interface Explanation {
  /** What mode `enforce` does with it, whatever the host's mode. */
  readonly decision: WafDecision;
  /** The phase after which the decision stood. */
  readonly decidedIn: Exclude<Phase, "log"> | null;
  readonly score: number;
  readonly threshold: number;
  /** Each with every transformation's output and the matched span. */
  readonly findings: readonly Finding[];
  /** Time in the engine, microseconds. */
  readonly processingUs: number;
}

/**
 * Judges a request with everything it has, even where an early phase refuses it already: the tester of the UI, the CLI
 * and the API show this. `policy` must not be in mode `off`.
 */
export function explain(policy: HostPolicy, built: BuiltRequest, clock: Clock = systemClock): Explanation {
  const started = clock.monotonic();
  const transaction = policy.begin(built.request);
  let decidedIn: Explanation["decidedIn"] = null;
  const note = (phase: NonNullable<Explanation["decidedIn"]>) => {
    if (decidedIn === null && transaction.enforced !== "pass") decidedIn = phase;
  };
  transaction.requestHead();
  note("request-headers");
  if (built.body !== null) {
    transaction.requestBody(built.body);
    note("request-body");
  }
  if (built.response !== null) {
    transaction.responseHead(built.response.status, built.response.headers);
    note("response-headers");
    if (built.response.body !== null) transaction.responseBody(built.response.body);
    note("response-body");
  }
  return {
    decision: transaction.enforced,
    decidedIn,
    score: transaction.score,
    threshold: transaction.threshold,
    findings: transaction.findings,
    processingUs: Math.round((clock.monotonic() - started) * 1000),
  };
}
