import { type Clock, systemClock } from "../core/clock.ts";
import { AegisError } from "../core/errors.ts";
import type { LearnedModel } from "../core/learned_model.ts";
import type { Paranoia, Rule, RuleException, RuleSwitch } from "../core/rule.ts";
import { type Effect, effectOn, exceptionsFor, type PolicyHost, type RuleSettings } from "./policy.ts";
import { compileProgram, gateTablesOf, type MatcherCache, type Program } from "./program/program.ts";
import { learnedPolicy, scorerOf } from "./learned/opinion.ts";
import type { ValueScorer } from "./learned/value_scorer.ts";
import type { WafRequest } from "./request.ts";
import { Transaction } from "./transaction/transaction.ts";

export type { WafDecision, WafRequest } from "./request.ts";
export type WafTransaction = Transaction;

/** All that the engine is made of; plain data but for the clock. */
export interface WafInput {
  readonly rules: readonly Rule[];
  readonly ruleSwitches: Readonly<Record<string, RuleSwitch>>;
  readonly exceptions: readonly RuleException[];
  readonly paranoiaLevel: Paranoia;
  readonly threshold: number;
  /** Keys the hashes that stand for secret values in findings. */
  readonly hashKey: string;
  /** Bytes of a body that are judged as a whole. */
  readonly maxInspectBytes: number;
  /** Absent or null: no host asks a learned model. */
  readonly learned?: LearnedModel | null;
  /** Stands for the model's own scorer, in training. */
  readonly scorer?: ValueScorer;
  readonly clock?: Clock;
}

/** The rules of one snapshot. */
export interface Waf {
  /** Compiles what the rules are on a host. Hosts on which they are the same share it. Throws AegisError. */
  hostPolicy(host: PolicyHost): HostPolicy;
  /** Makes the large tables of all policies now, which are else made by the first request that needs each. */
  prepare(): void;
  /** What the next one may take over. */
  readonly compiled: CompiledRules;
}

interface CompiledRules {
  readonly matchers: MatcherCache;
  /** By the ids of their rules. */
  readonly programs: ReadonlyMap<string, Program>;
}

export interface HostPolicy {
  readonly mode: "off" | "detect" | "enforce";
  /**
   * What rules want of the bodies of answers: nothing; to see them as they pass; or to see them before the client does,
   * because one of them refuses.
   */
  readonly answerBodies: "unseen" | "watched" | "held";
  /** Begins the judgement of one request; not to be called in mode `off`. */
  begin(request: WafRequest): WafTransaction;
}

/**
 * Compiles a rule set. `before` lends what it made of rules that are the same objects, and what its programs remember.
 * Throws AegisError `invalid_input` that names the first rule that does not compile.
 */
export function compileWaf(input: WafInput, before: Waf | null = null): Waf {
  const known = before?.compiled.matchers;
  const matchers: MatcherCache = new Map(
    input.rules.flatMap((rule) => known?.has(rule) ? [[rule, known.get(rule)!]] : []),
  );
  const programs = new Map<string, Program>();
  const clock = input.clock ?? systemClock;
  const model = input.learned ?? null;
  const scorer = input.scorer ?? scorerOf(model);

  function programFor(rules: readonly Rule[]): Program {
    const key = rules.map((rule) => rule.id).join(" ");
    let program = programs.get(key);
    if (program === undefined) {
      const former = before?.compiled.programs.get(key);
      const isStill = former !== undefined && former.rules.every(({ rule }, i) => rule === rules[i]);
      program = isStill ? former : compileProgram(rules, matchers);
      programs.set(key, program);
    }
    return program;
  }

  function policyOf(host: PolicyHost): HostPolicy {
    const { mode } = host.waf;
    if (mode === "off") return { mode, answerBodies: "unseen", begin: refuseToBegin };
    const program = programFor(rulesReachableOn(host, input));
    const policy = {
      mode,
      program,
      effects: program.rules.map(({ rule }) => effectOn(rule, host, input)),
      exceptions: exceptionsFor(host, input.exceptions),
      threshold: host.waf.threshold ?? input.threshold,
      hashKey: input.hashKey,
      maxInspectBytes: input.maxInspectBytes,
      clock,
      learned: learnedPolicy(host.waf.learned, model, scorer),
    };
    const answerBodies = answerBodiesOf(host, program, policy.effects);
    return { mode, answerBodies, begin: (request) => new Transaction(policy, request) };
  }

  // Most hosts of many differ in nothing that the rules look at: they share one policy.
  const shared = new Map<string, HostPolicy>();
  const ruleHosts = new Set(input.rules.map((rule) => rule.host));
  const exceptionHosts = new Set(input.exceptions.map((exception) => exception.hostId));

  return {
    compiled: { matchers, programs },
    prepare() {
      for (const program of programs.values()) {
        for (const { literals } of gateTablesOf(program)) literals.prepare();
      }
    },
    hostPolicy(host) {
      if (exceptionHosts.has(host.id) || host.domains.some((domain) => ruleHosts.has(domain))) {
        return policyOf(host);
      }
      const key = JSON.stringify(host.waf);
      const policy = shared.get(key) ?? policyOf(host);
      shared.set(key, policy);
      return policy;
    },
  };
}

function answerBodiesOf(
  { waf }: PolicyHost,
  program: Program,
  effects: readonly (Effect | null)[],
): HostPolicy["answerBodies"] {
  if (waf.response_bodies !== true) return "unseen";
  const chosen = effects.filter((effect, i) => effect !== null && program.looksAtAnswerBodies.has(i));
  if (chosen.length === 0) return "unseen";
  return waf.mode === "enforce" && chosen.some((effect) => effect!.action !== "log") ? "held" : "watched";
}

function refuseToBegin(): never {
  throw new AegisError("internal", "internal error", { privateText: "mode off: no request is judged" });
}

/**
 * The rules of the host's program. It holds more than run on this host: what is switched off here is only filtered
 * when it matches, so that hosts that differ in switches share one program and its memory.
 */
function rulesReachableOn(
  host: PolicyHost,
  settings: RuleSettings & { rules: readonly Rule[] },
): readonly Rule[] {
  const neutral: PolicyHost = { ...host, waf: { ...host.waf, rules: {} } };
  return settings.rules.filter((rule) => {
    // Correlated rules judge requests that are over, elsewhere.
    if (!rule.enabled || "correlate" in rule.match) return false;
    if (effectOn(rule, host, settings) !== null) return true;
    const everywhere: Rule = rule.host === undefined ? rule : { ...rule, host: host.domains[0] ?? "" };
    return effectOn(everywhere, neutral, settings) !== null;
  });
}
