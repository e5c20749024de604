import type { BodyFailure } from "../../core/body.ts";
import { errorText } from "../../core/errors.ts";
import type { Exchange } from "../../core/exchange.ts";
import { isReason, type Reason } from "../../core/reason.ts";
import { block, type Verdict } from "../../core/verdict.ts";
import type { GatewayServices } from "../services.ts";
import { clientStage } from "./04_client.ts";
import { ownPathsStage } from "./05_own_paths.ts";
import { hostStage } from "./06_host.ts";
import { clientAuthStage } from "./06_client_auth.ts";
import { headersStage } from "./07_headers.ts";
import { httpsStage } from "./08_https.ts";
import { maintenanceStage } from "./09_maintenance.ts";
import { markStage } from "./11_mark.ts";
import { bansStage } from "./12_bans.ts";
import { preflightStage } from "./13_preflight.ts";
import { robotsStage } from "./12_robots.ts";
import { botsStage } from "./17_bots.ts";
import { limitsStage } from "./16_limits.ts";
import { challengeStage } from "./15_challenge.ts";
import { geoStage } from "./14_geo.ts";
import { methodStage } from "./20_method.ts";
import { bodySizeStage } from "./21_body_size.ts";
import { schemaStage } from "./22_schema.ts";
import { corsStage } from "./23_cors.ts";
import { rateStage } from "./24_rate.ts";
import { rulesStage } from "./25_rules.ts";
import { correlationStage } from "./26_correlation.ts";
import { tarpitStage } from "./27_tarpit.ts";
import { transformStage } from "./28_transform.ts";
import { balanceStage } from "./29_balance.ts";
import { targetStage } from "./30_target.ts";
import { record } from "./32_record.ts";
import { noteConduct } from "./conduct.ts";
import { Flow, type FlowEnd } from "./flow.ts";
import { keepEvidence } from "./keep_evidence.ts";
import { refuse, settle } from "./settle.ts";
import { type Stage, stageNumber } from "./stage.ts";
import { leaveTarget } from "./target_attempt.ts";

/**
 * The way of a request, in the order that runs (spec 01, "The order of checks"). Stages 01 to 03 are the listener's;
 * 31 runs when the target answers, 32 when the exchange is over.
 */
export const STAGES: readonly Stage[] = Object.freeze([
  clientStage,
  ownPathsStage,
  hostStage,
  clientAuthStage,
  headersStage,
  httpsStage,
  maintenanceStage,
  markStage,
  bansStage,
  robotsStage,
  preflightStage,
  geoStage,
  challengeStage,
  limitsStage,
  botsStage,
  methodStage,
  bodySizeStage,
  schemaStage,
  corsStage,
  rateStage,
  rulesStage,
  correlationStage,
  tarpitStage,
  transformStage,
  balanceStage,
  targetStage,
]);

const NUMBERS: readonly number[] = STAGES.map(stageNumber);

/** Takes an exchange from the codec and sees it to its end. Never throws. */
export function runPipeline(exchange: Exchange, services: GatewayServices): void {
  const flow = new Flow(exchange, services, BODY_ENDS);
  exchange.response.onDone = () => finish(flow);
  exchange.response.onAbort = (detail) => abandon(flow, detail);
  advance(flow, 0);
}

function advance(flow: Flow, from: number): void {
  for (let i = from; i < STAGES.length && !flow.settled; i++) {
    const verdict = runStage(flow, STAGES[i]!);
    if (verdict instanceof Promise) return void continueAfter(flow, i, verdict);
    if (carryOut(flow, i, verdict)) return;
  }
}

/** True: no further stage runs now. */
function carryOut(flow: Flow, i: number, verdict: Verdict): boolean {
  const { refusalPace } = flow.services;
  const isRefusal = verdict.kind === "block" || verdict.kind === "challenge";
  if (!isRefusal || flow.exchange.marked || refusalPace.mayGo()) return settle(flow, NUMBERS[i]!, verdict);
  flow.waitForClient();
  refusalPace.wait(() => {
    flow.goOn();
    if (!flow.settled && !settle(flow, NUMBERS[i]!, verdict)) advance(flow, i + 1);
  });
  return true;
}

async function continueAfter(flow: Flow, i: number, pending: Promise<Verdict>): Promise<void> {
  let verdict: Verdict;
  try {
    verdict = await pending;
  } catch (thrown) {
    verdict = stageFailed(flow, STAGES[i]!, thrown);
  }
  if (!flow.settled && !carryOut(flow, i, verdict)) advance(flow, i + 1);
}

function runStage(flow: Flow, stage: Stage): Verdict | Promise<Verdict> {
  try {
    return stage.run(flow);
  } catch (thrown) {
    return stageFailed(flow, stage, thrown);
  }
}

/** The one place where an unexpected throw becomes an alarm, and 500 where the stage fails closed. */
function stageFailed(flow: Flow, stage: Stage, thrown: unknown): Verdict {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  flow.services.logger.error("a stage failed", {
    stage: stage.name,
    request_id: flow.exchange.id,
    error: errorText(thrown),
    stack,
  });
  return stage.onError === "open" ? { kind: "pass" } : block("internal", `stage ${stage.name} failed`);
}

const BODY_ENDS: FlowEnd = { refuse, bodyFailed };

/** The client's body failed before a target saw the request. */
function bodyFailed(flow: Flow, failure: BodyFailure): void {
  if (failure.kind === "malformed") refuse(flow, block(framingReason(failure.detail), failure.detail));
  else if (failure.kind === "timeout") refuse(flow, block("timeout_client", failure.detail));
  else abandon(flow, failure.detail);
}

/** The codec's detail begins with the exact reason. */
function framingReason(detail: string): Reason {
  const named = detail.slice(0, Math.max(0, detail.indexOf(":")));
  return isReason(named) ? named : "smuggling";
}

/** The client is gone: nobody is left to answer, and what runs at the target stops. */
function abandon(flow: Flow, detail: string): void {
  if (!flow.settled) flow.exchange.detail = detail;
  flow.settled = true;
  flow.body.stop();
  flow.call?.abort();
}

function finish(flow: Flow): void {
  try {
    flow.encoder?.destroy();
    flow.inspection?.free();
    flow.scan?.stop();
    flow.leaveFlight();
    flow.waiting?.cancel();
    leaveTarget(flow);
    if (flow.heldFor !== null) flow.services.connections.leave(flow.heldFor);
    noteConduct(flow);
    keepEvidence(flow, null, flow.exchange.body.length === 0);
    record(flow);
  } catch (thrown) {
    flow.services.logger.error("a request could not be recorded", {
      request_id: flow.exchange.id,
      error: errorText(thrown),
    });
  }
}
