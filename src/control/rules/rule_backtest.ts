import { AegisError } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Rule } from "../../core/rule.ts";
import type { ConditionGroup } from "../../core/condition.ts";
import type { ReplayRow } from "../../store/traffic_replay.ts";
import { compileWaf, type HostPolicy } from "../../waf/engine.ts";
import type { Answer, Context } from "../body.ts";
import type { Control } from "../control.ts";
import { evidenceOf } from "../traffic/evidence.ts";
import { findHost } from "../hosts/hosts.ts";
import { walkLog } from "../traffic/log_walk.ts";
import { judgeLogged } from "../traffic/logged_request.ts";
import type { OperationArguments } from "../operation.ts";
import { judge } from "../traffic/replay.ts";
import { readTrialRules } from "./rule_tester.ts";
import { unknownRule } from "./unknown_rule.ts";
import { shownAddress } from "../sight.ts";

const DAY_MS = 86_400_000;
const SAMPLES = 20;

/** Targets that the log keeps of every request. */
const LOGGED = new Set([
  "path",
  "raw-path",
  "uri",
  "query",
  "method",
  "protocol",
  "client",
  "host",
  "headers:host",
  "user-agent",
  "headers:user-agent",
  "response-status",
]);
/** Of these it keeps the part that stands in the query. */
const PARTLY_LOGGED = new Set(["args", "arg-names"]);

/** Runs one rule over the request log and says what it would have found, and what the log cannot show. */
export async function backtest(
  context: Context,
  input: OperationArguments<"rules.backtest">,
): Promise<Answer<"rules.backtest">> {
  const { control } = context;
  const rule = ruleOf(control, input);
  const hostId = input.host === undefined ? null : findHost(control, input.host).id;
  const from = control.clock.now() - input.days * DAY_MS;
  const policy = policyOf(control, rule);
  const unseen = unseenTargets(rule);
  // What the log shows whole is judged by it: opening what is sealed takes time.
  const whole = unseen.length === 0 ? new Set<string>() : control.store.evidence.ids(from, hostId);
  const tally = new Tally(context);
  let seenWhole = 0;
  const walk = await walkLog(control, { from, hostId }, (row) => {
    const evidence = whole.has(row.id) ? evidenceOf(control, [row.id]) : null;
    if (evidence !== null) seenWhole++;
    tally.add(row, evidence === null ? finds(policy, row) : findsWhole(policy, row, evidence));
  });
  return {
    rule_id: rule.id,
    ...tally.answer(),
    ...walk,
    unseen_targets: unseen,
    seen_whole: seenWhole,
  };
}

function ruleOf(control: Control, { id, rule }: OperationArguments<"rules.backtest">): Rule {
  if (rule !== undefined) {
    const { rules, errors } = readTrialRules(rule);
    const first = errors[0];
    if (first !== undefined) throw new AegisError("invalid_input", first.message, { fields: errors });
    if (rules.length !== 1) throw new AegisError("invalid_input", "a back-test takes one rule");
    return single(rules[0]!);
  }
  const found = control.rules.get(id ?? "");
  if (found === null) throw unknownRule(id ?? "");
  return single(found.rule);
}

function single(rule: Rule): Rule {
  if (!("correlate" in rule.match)) return rule;
  throw new AegisError(
    "invalid_input",
    "a correlated rule counts requests and answers as they come; the log keeps too little of them. " +
      "Try it on a sequence in the tester, or watch it with action log",
  );
}

function policyOf(control: Control, rule: Rule): HostPolicy {
  const { waf } = control.settings();
  const { host: _, ...everywhere } = rule;
  return compileWaf({
    rules: [{ ...everywhere, enabled: true }],
    ruleSwitches: {},
    exceptions: [],
    paranoiaLevel: 4,
    threshold: waf.threshold,
    hashKey: control.hashKey(),
    maxInspectBytes: waf.inspect_body_bytes,
    clock: control.clock,
  }).hostPolicy({
    id: "",
    domains: [],
    waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "off" },
  });
}

function finds(policy: HostPolicy, row: ReplayRow): boolean {
  const transaction = judgeLogged(policy, row);
  transaction.responseHead(row.status, new HeaderList());
  return transaction.findings.length > 0;
}

function findsWhole(policy: HostPolicy, { status }: ReplayRow, evidence: Evidence): boolean {
  const transaction = judge(policy, evidence);
  transaction.responseHead(status, new HeaderList());
  return transaction.findings.length > 0;
}

/** What a rule looks at and the log does not hold. */
function unseenTargets(rule: Rule): string[] {
  const targets = new Set("conditions" in rule.match ? targetsOf(rule.match.conditions) : rule.targets);
  return [...targets].filter((target) => !LOGGED.has(target)).map((target) =>
    PARTLY_LOGGED.has(target.split(":")[0]!) ? `${target} (of bodies, or with secret-looking names)` : target
  );
}

function targetsOf(group: ConditionGroup): string[] {
  return group.of.flatMap((each) => "join" in each ? targetsOf(each) : [each.target]);
}

/** Counts; rows that stand for many refusals count as many. */
class Tally {
  readonly #context: Context;
  readonly #clients = new Set<string>();
  #requests = 0;
  #matched = 0;
  #allowed = 0;
  #samples: Answer<"rules.backtest">["samples"] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  add(row: ReplayRow, isFound: boolean): void {
    this.#requests += row.count;
    if (!isFound) return;
    this.#matched += row.count;
    // What a host that only detects found went on to the application.
    if (row.action === "allowed" || row.action === "detected") this.#allowed += row.count;
    this.#clients.add(row.client);
    if (this.#samples.length >= SAMPLES) return;
    this.#samples.push({
      id: row.id,
      at: row.at,
      host: row.host,
      client: shownAddress(this.#context, row.client),
      method: row.method,
      target: row.target,
      status: row.status,
      action: row.action,
    });
  }

  answer() {
    return {
      requests: this.#requests,
      matched: this.#matched,
      matched_allowed: this.#allowed,
      clients: this.#clients.size,
      samples: this.#samples,
    };
  }
}
