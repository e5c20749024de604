import assert from "node:assert/strict";
import type { LearnedMode } from "../../core/learned_model.ts";
import type { Rule, RuleException } from "../../core/rule.ts";
import { testPolicy, testWaf } from "../../../tests/support/test_policy.ts";
import { testRule as rule } from "../../../tests/support/test_rule.ts";
import type { HostPolicy } from "../engine.ts";
import { buildRequest } from "../rule_files/example_request.ts";
import { explain } from "../explain.ts";
import { builtinModel } from "./builtin_model.ts";

const SUSPECT = "<svg/onload=confirm(1)>";
const HONEST = "Seán O'Brien & Sons";
/** Finds nothing, but makes the engine look at parameters. */
const QUIET = rule("never-in-any-test");

function policy(
  learned: LearnedMode,
  rules: readonly Rule[] = [QUIET],
  exceptions: readonly RuleException[] = [],
): HostPolicy {
  return testPolicy(rules, { learned }, { exceptions, learned: builtinModel() });
}

function judge(host: HostPolicy, q: string) {
  return explain(host, buildRequest({ args: { q } }));
}

Deno.test("the model's findings count, are only shown, or it is not asked, as the host says", () => {
  const counted = judge(policy("score"), SUSPECT);
  assert.equal(counted.decision, "refuse");
  assert.deepEqual(counted.findings.map((each) => [each.source, each.severity, each.points, each.target]), [
    ["learned", "critical", 5, "args:q"],
  ]);
  const shown = judge(policy("detect"), SUSPECT);
  assert.deepEqual([shown.decision, shown.score, shown.findings[0]?.action], ["pass", 0, "log"]);
  assert.equal(judge(policy("off"), SUSPECT).findings.length, 0);
  assert.equal(judge(policy("score"), HONEST).findings.length, 0);
});

Deno.test("a finding says what it scored, above what, and by which pieces", () => {
  const [finding] = judge(policy("score"), `${SUSPECT} a`).findings;
  const { score, threshold, pieces } = finding!.learned!;
  assert.ok(score > threshold && pieces.length > 0);
  const text = finding!.steps.at(-1)?.output ?? finding!.value;
  assert.ok(SUSPECT.includes(text.slice(pieces[0]!.start, pieces[0]!.end).trim()));
});

Deno.test("one payload in several values counts once", () => {
  const built = buildRequest({ args: { a: SUSPECT, b: SUSPECT }, cookies: { c: "x" } });
  const host = policy("detect", [QUIET]);
  assert.equal(explain(host, built).findings.length, 2);
  const both = explain(policy("score"), buildRequest({ args: { a: "1' or", b: SUSPECT } }));
  assert.equal(both.score, 5);
});

Deno.test("[SECURITY] what a host that does not ask remembers as clean is new to one that does", () => {
  const waf = testWaf([QUIET], { learned: builtinModel() });
  const host = (learned: LearnedMode) =>
    waf.hostPolicy({
      id: learned,
      domains: [`${learned}.example`],
      waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned },
    });
  for (let i = 0; i < 3; i++) assert.equal(judge(host("off"), SUSPECT).decision, "pass");
  for (let i = 0; i < 3; i++) assert.equal(judge(host("score"), SUSPECT).decision, "refuse");
});

Deno.test("[SECURITY] a value seen in a field that the model does not read is new where it does", () => {
  const both = { ...QUIET, targets: ["args", "headers"] };
  const host = policy("score", [both]);
  for (let i = 0; i < 3; i++) {
    assert.equal(explain(host, buildRequest({ headers: { accept: SUSPECT } })).decision, "pass");
  }
  assert.equal(judge(host, SUSPECT).decision, "refuse");
});

Deno.test("a rule that asks for confirmation counts where the model doubts too", () => {
  const broad = rule("confirm", { match: { phrases: ["confirm"] }, severity: "medium", confirm: true });
  const ids = (learned: LearnedMode, q: string) =>
    judge(policy(learned, [broad]), q).findings.filter((each) => each.source === "rule").length;
  assert.equal(ids("score", "please confirm your order, Ann!"), 0);
  assert.equal(ids("score", SUSPECT), 1);
  assert.equal(ids("off", "please confirm your order, Ann!"), 1);
});

Deno.test("an exception lets it pass in one parameter, or raises its threshold there", () => {
  const exception = (parts: Partial<RuleException>): RuleException => ({
    id: "x1",
    ruleId: "learned",
    targets: ["args:q"],
    ...parts,
  });
  const outcome = (parts: Partial<RuleException>) =>
    judge(policy("score", [QUIET], [exception(parts)]), SUSPECT).decision;
  assert.equal(outcome({}), "pass");
  assert.equal(outcome({ targets: ["args:other"] }), "refuse");
  assert.equal(outcome({ upToScore: 100 }), "pass");
  assert.equal(outcome({ upToScore: 1 }), "refuse");
});

Deno.test("of a value that a rule's exception lets pass the model says nothing more, where that rule spoke", () => {
  const drawing = rule("svg");
  const other = rule("onload");
  const vouched: RuleException = { id: "x1", ruleId: drawing.id, targets: ["args:q"] };
  assert.equal(judge(policy("score", [drawing], [vouched]), SUSPECT).findings.length, 0);
  assert.equal(
    judge(policy("score", [drawing], [vouched]), "<script>confirm(1)</script>").decision,
    "refuse",
  );
  const both = judge(policy("score", [drawing, other], [vouched]), SUSPECT);
  assert.deepEqual(both.findings.map((each) => each.ruleId), [other.id]);
});

Deno.test("strings of JSON in a parameter are read one by one", () => {
  const document = JSON.stringify({ id: 7, items: ["a+b", "c|d"], note: HONEST, at: "10:00" });
  assert.equal(judge(policy("score"), document).findings.length, 0);
  const hostile = JSON.stringify({ id: 7, note: SUSPECT });
  assert.equal(judge(policy("score"), hostile).decision, "refuse");
});

Deno.test("in an article or a program the model says nothing, whatever it thinks of it", () => {
  const article = `<h2>How to draw</h2>
<p>The browser asks for pictures while it reads the page, and shows each of them as soon as it has arrived.</p>
<p>Shapes are written as <code>circle</code>, <code>path</code> and <code>text</code>; nothing is loaded for them.</p>
<p>Then ${SUSPECT} is called at the end of all, as the table below tells.</p>
<table><tr><td>first column</td><td>second one</td></tr><tr><td>red = 1</td><td>blue = 2</td></tr></table>`;
  const { decision, findings } = judge(policy("score"), article);
  assert.deepEqual(findings, []);
  assert.equal(decision, "pass");
});
