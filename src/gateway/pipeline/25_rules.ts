import { HeaderList } from "../../core/header_list.ts";
import { block, PASS, respond, type Verdict } from "../../core/verdict.ts";
import type { DigestNeeds } from "../../waf/correlation/needs.ts";
import type { WafDecision, WafTransaction } from "../../waf/engine.ts";
import { DIGEST_BODY_BYTES } from "../../core/request_digest.ts";
import type { Inspection } from "../inspection_line.ts";
import { WatchedRequest } from "../watched_request.ts";
import { isByOtherSite } from "./other_site.ts";
import type { Flow } from "./flow.ts";
import { keepEvidence } from "./keep_evidence.ts";
import { refuse } from "./settle.ts";
import { hasPass, nameOfPass } from "../challenge/standing.ts";
import type { Stage } from "./stage.ts";

/**
 * The rule engine: head first, then the body. A body that fits is held and judged as a whole before the target sees
 * any of it; a longer one is judged by its beginning and then window by window as it streams.
 */
export const rulesStage: Stage = {
  name: "25_rules",
  onError: "closed",
  run(flow) {
    const { exchange, services } = flow;
    const { policy, wafPausedUntil } = flow.host!;
    const isOff = policy.mode === "off" || !flow.snapshot.settings.toggles.waf ||
      wafPausedUntil !== 0 && services.clock.now() < wafPausedUntil;
    watch(flow, isOff ? null : flow.host!.watched);
    if (isOff) return PASS;
    const { method, rawPath, rawQuery, headers } = exchange.request;
    const waf = policy.begin({
      method,
      rawPath,
      path: exchange.path,
      rawQuery,
      headers,
      clientAddress: exchange.client,
      protocol: exchange.protocol,
      signs: flow,
    });
    flow.waf = waf;
    const started = services.turnClock.catchUp();
    const verdict = judged(flow, waf.requestHead());
    exchange.wafMs += services.turnClock.catchUp() - started;
    if (verdict.kind !== "pass" && !exchange.marked) return verdict;
    if (exchange.body.length === 0 || waf.bodyNeed === "none") return verdict;
    if (isMessageStream(flow)) {
      watchTheRest(flow, waf);
      return verdict;
    }
    return judgeBody(flow, waf);
  },
};

/** The analyst learns of the request once it is over: for correlated rules what they ask for, for behaviour the least. */
function watch(flow: Flow, needs: DigestNeeds | null): void {
  const asked = needs ?? flow.snapshot.behaviour;
  if (asked === null) return;
  flow.watched = new WatchedRequest(asked);
  if (asked.body) flow.body.keepFirst(DIGEST_BODY_BYTES);
}

/**
 * A call of gRPC to targets that speak it: both sides talk at once, the target perhaps first, so nothing can be held
 * until the client has said all. Each message is judged as it passes.
 *
 * [SECURITY] Content-Type is the client's word: on other targets it must not spare a body the judgement as a whole.
 */
function isMessageStream({ exchange, host }: Flow): boolean {
  const type = exchange.request.headers.get("content-type");
  return type !== undefined && type.startsWith("application/grpc") && exchange.protocol === "HTTP/2" &&
    host!.host.targets.every(({ protocol }) => protocol === "h2");
}

function judgeBody(flow: Flow, waf: WafTransaction): Verdict | Promise<Verdict> {
  const { services, snapshot } = flow;
  // Where the body fails, or there is no room for it, the exchange is settled and nobody waits for this.
  return new Promise((resolve, reject) => {
    flow.body.hold(
      snapshot.settings.waf.inspect_body_bytes,
      (held, complete) =>
        services.inspectionLine.join(new HeldJudgement({ flow, waf, held, complete, resolve, reject })),
    );
  });
}

interface HeldParts {
  readonly flow: Flow;
  readonly waf: WafTransaction;
  /** The body, or its beginning. */
  readonly held: Uint8Array;
  readonly complete: boolean;
  resolve(verdict: Verdict): void;
  reject(thrown: unknown): void;
}

/** The judgement of a held body, of a long one in several turns. */
class HeldJudgement implements Inspection {
  readonly #parts: HeldParts;
  #isBegun = false;

  constructor(parts: HeldParts) {
    this.#parts = parts;
  }

  get bytes(): number {
    return this.#parts.held.length;
  }

  goOn(ms: number): boolean {
    if (this.#parts.flow.settled) return true;
    try {
      return this.#judge(ms);
    } catch (thrown) {
      this.#parts.reject(thrown);
      return true;
    }
  }

  #judge(ms: number): boolean {
    const { flow, waf, held, complete, resolve } = this.#parts;
    const { exchange, services: { turnClock } } = flow;
    const started = turnClock.catchUp();
    const decision = this.#isBegun
      ? waf.goOn(ms)
      : complete
      ? waf.beginBody(held, flow.body.trailers, ms)
      : waf.beginWindow(held, ms);
    this.#isBegun = true;
    exchange.wafMs += turnClock.catchUp() - started;
    if (decision === null) return false;
    const verdict = judged(flow, decision);
    // The bytes are there now and not later; what no body is needed for is kept at the end of the exchange.
    keepEvidence(flow, held, complete);
    if (!complete) watchTheRest(flow, waf);
    flow.body.handOn();
    resolve(verdict);
    return true;
  }

  mustWait(): void {
    this.#parts.flow.body.keepBack();
  }

  giveUp(): void {
    this.#parts.resolve(block("overload", "the line of bodies under inspection did not move"));
  }
}

/** What follows the held beginning is judged as it passes; a refusal then stops the request half-way. */
function watchTheRest(flow: Flow, waf: WafTransaction): void {
  const { services, exchange } = flow;
  function passes(decide: () => WafDecision): boolean {
    const started = services.turnClock.catchUp();
    const verdict = judged(flow, decide());
    exchange.wafMs += services.turnClock.catchUp() - started;
    if (verdict.kind === "pass" || verdict.kind === "challenge" || exchange.marked) return true;
    // Half-way through a body nobody can be led elsewhere any more.
    refuse(flow, verdict.kind === "block" ? verdict : block("waf", verdict.detail));
    return false;
  }
  flow.body.alsoInspect(
    (chunk) => passes(() => waf.requestBodyWindow(chunk)),
    () => passes(() => waf.requestBodyEnd(flow.body.trailers)),
  );
}

/** The white-list mark lets through what a rule would lead elsewhere. */
function redirected(flow: Flow, url: string): Verdict {
  const { exchange } = flow;
  if (exchange.marked) return PASS;
  exchange.action = "blocked";
  const headers = HeaderList.from([["location", url], ["cache-control", "no-store"]]);
  return respond(302, headers, null, exchange.findings.map((finding) => finding.ruleId).join(" "));
}

function judged(flow: Flow, decision: WafDecision): Verdict {
  const { exchange } = flow;
  const waf = flow.waf!;
  exchange.score = waf.score;
  exchange.threshold = waf.threshold;
  exchange.findings = waf.findings;
  // What a rule only notes, or adds too few points for, is no detection: enforcing would have let it pass.
  if (waf.enforced !== "pass") exchange.action = "detected";
  switch (decision) {
    case "pass":
      return PASS;
    case "refuse":
      if (!exchange.marked && !isByOtherSite(flow)) {
        flow.services.offences.note(flow.host!.host.id, exchange.client, waf.findings, nameOfPass(flow));
      }
      return block("waf", waf.findings.map((finding) => finding.ruleId).join(" "));
    case "redirect":
      return redirected(flow, waf.redirectUrl!);
    case "challenge":
      // Here and not in `settle`: a verdict on the head would spare the body its judgement.
      if (hasPass(flow)) return PASS;
      return { kind: "challenge", detail: waf.findings.map((finding) => finding.ruleId).join(" ") };
  }
}
