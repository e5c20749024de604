import type { Host } from "../../core/host.ts";
import type { Rule } from "../../core/rule.ts";
import { readModelFile } from "../../waf/learned/model_file.ts";
import { compileWaf, type HostPolicy, type Waf } from "../../waf/engine.ts";
import type { Answer, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { evidenceOf } from "../traffic/evidence.ts";
import { walkLog } from "../traffic/log_walk.ts";
import { judgeLogged } from "../traffic/logged_request.ts";
import { judge } from "../traffic/replay.ts";
import type { RuleSource } from "../rules/rule_catalogue.ts";
import { ANY_HOST } from "../rules/rule_judge.ts";

type Trial = Answer<"releases.compare">["trial"];

const DAY_MS = 86_400_000;
const SAMPLES = 20;

/** Both rule sets over the request log: what the one that is tried would refuse and the other not, and the reverse. */
export async function tryRelease(
  { control }: Context,
  source: RuleSource,
  rules: readonly Rule[],
  days: number,
): Promise<Trial> {
  const from = control.clock.now() - days * DAY_MS;
  const own = control.rules.own().map(({ rule }) => rule);
  const before = new Judge(control, control.rules.all(), control.rules.learned);
  const after = new Judge(control, [...rules, ...own], readModelFile(source.model));
  const kept = control.store.evidence.ids(from, null);
  const tally = { requests: 0, seen_whole: 0, newly_refused: 0, no_longer_refused: 0 };
  const samples: Trial["samples"] = [];
  const walk = await walkLog(control, { from, hostId: null }, (row) => {
    tally.requests += row.count;
    const evidence = kept.has(row.id) ? evidenceOf(control, [row.id]) : null;
    if (evidence !== null) tally.seen_whole += row.count;
    const run = (each: Judge) =>
      evidence === null
        ? judgeLogged(each.policyFor(row.hostId), row)
        : judge(each.policyFor(row.hostId), evidence);
    const [then, now] = [run(before), run(after)];
    const [refusedThen, refusesNow] = [then.enforced !== "pass", now.enforced !== "pass"];
    if (refusedThen === refusesNow) return;
    if (refusesNow) tally.newly_refused += row.count;
    else tally.no_longer_refused += row.count;
    if (samples.length >= SAMPLES) return;
    samples.push({
      id: row.id,
      at: row.at,
      host: row.host,
      method: row.method,
      target: row.target,
      becomes: refusesNow ? "refused" : "let pass",
      rules: [...new Set((refusesNow ? now : then).findings.map(({ ruleId }) => ruleId))],
    });
  });
  return { ...tally, samples, ...walk };
}

/** One rule set as the hosts would be judged by it, with their switches and exceptions. */
class Judge {
  readonly #waf: Waf;
  readonly #hosts: readonly Host[];
  readonly #policies = new Map<string, HostPolicy>();

  constructor(
    control: Control,
    rules: readonly Rule[],
    learned: Parameters<typeof compileWaf>[0]["learned"],
  ) {
    const { waf } = control.settings();
    this.#hosts = control.hosts();
    this.#waf = compileWaf({
      rules,
      ruleSwitches: control.store.ruleSwitches.all(),
      exceptions: control.store.exceptions.list(),
      learned: learned ?? null,
      paranoiaLevel: waf.paranoia_level,
      threshold: waf.threshold,
      hashKey: control.hashKey(),
      maxInspectBytes: waf.inspect_body_bytes,
      clock: control.clock,
    });
  }

  policyFor(hostId: string): HostPolicy {
    const made = this.#policies.get(hostId);
    if (made !== undefined) return made;
    const { id, domains, waf } = this.#hosts.find((host) => host.id === hostId) ?? ANY_HOST;
    const policy = this.#waf.hostPolicy({ id, domains, waf: { ...waf, mode: "detect" } });
    this.#policies.set(hostId, policy);
    return policy;
  }
}
