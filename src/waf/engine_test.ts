import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Clock } from "../core/clock.ts";
import { AegisError } from "../core/errors.ts";
import { HeaderList } from "../core/header_list.ts";
import type { HostRuleSwitch, RuleException, RuleSwitch } from "../core/rule.ts";
import { buildRequest } from "./rule_files/example_request.ts";
import { explain } from "./explain.ts";
import { decide, testPolicy } from "../../tests/support/test_policy.ts";
import { testRule as rule } from "../../tests/support/test_rule.ts";
import type { ExampleRequest } from "./rule_files/rule_schema.ts";

const BAD = { args: { q: "x bad x" } };

Deno.test("a built-in rule of severity high or above refuses at once, a lower one adds points", () => {
  for (const severity of ["high", "critical"] as const) {
    assert.equal(decide(testPolicy([rule("bad", { severity })]), BAD), "refuse");
  }
  assert.equal(decide(testPolicy([rule("bad", { severity: "medium" })]), BAD), "pass");
  const two = [rule("bad", { severity: "medium" }), rule("x", { severity: "low" })];
  assert.equal(decide(testPolicy(two), BAD), "refuse");
  assert.equal(decide(testPolicy(two, { threshold: 6 }), BAD), "pass");
});

Deno.test("a rule that matches several values counts once", () => {
  const policy = testPolicy([rule("bad", { severity: "low" })]);
  const transaction = policy.begin(buildRequest({ args: { a: "bad", b: "bad", c: "bad" } }).request);
  assert.equal(transaction.requestHead(), "pass");
  assert.equal(transaction.score, 2);
  assert.deepEqual(transaction.findings.map((each) => [each.target, each.points]), [
    ["args:a", 2],
    ["args:b", 0],
    ["args:c", 0],
  ]);
});

Deno.test("an operator's own block refuses whatever its severity", () => {
  assert.equal(decide(testPolicy([rule("bad", { severity: "low", origin: "custom" })]), BAD), "refuse");
});

Deno.test("mode detect finds and refuses nothing", () => {
  const policy = testPolicy([rule("bad")], { mode: "detect" });
  const transaction = policy.begin(buildRequest(BAD).request);
  assert.equal(transaction.requestHead(), "pass");
  assert.equal(transaction.enforced, "refuse");
  assert.equal(transaction.findings.length, 1);
});

Deno.test("switches: host over global, rule over family, all over paranoia", () => {
  const rules = [rule("bad", { paranoia: 2 })];
  const outcome = (host: Record<string, HostRuleSwitch>, global: Record<string, RuleSwitch>) =>
    decide(testPolicy(rules, { rules: host }, { ruleSwitches: global }), BAD);
  assert.equal(outcome({}, {}), "pass");
  assert.equal(outcome({}, { bad: "on" }), "refuse");
  assert.equal(outcome({}, { "test-family": "on" }), "refuse");
  assert.equal(outcome({}, { "test-family": "on", bad: "off" }), "pass");
  assert.equal(outcome({ bad: "off" }, { bad: "on" }), "pass");
  assert.equal(outcome({ "test-family": "challenge" }, { bad: "off" }), "challenge");
  assert.equal(outcome({ bad: "detect" }, {}), "pass");
  assert.equal(decide(testPolicy(rules, { paranoia: 2 }), BAD), "refuse");
  assert.equal(
    decide(testPolicy([rule("bad", { severity: "low" })], { rules: { bad: "block" } }), BAD),
    "refuse",
  );
});

Deno.test("rules that are disabled or belong to another host do not run", () => {
  assert.equal(decide(testPolicy([rule("bad", { enabled: false })]), BAD), "pass");
  assert.equal(decide(testPolicy([rule("bad", { host: "other.example" })]), BAD), "pass");
  assert.equal(decide(testPolicy([rule("bad", { host: "app.example" })]), BAD), "refuse");
});

Deno.test("actions: log only watches, challenge asks, allow ends the judgement", () => {
  assert.equal(decide(testPolicy([rule("bad", { action: "log" })]), BAD), "pass");
  assert.equal(decide(testPolicy([rule("bad", { action: "challenge" })]), BAD), "challenge");
  const allow = rule("partner", {
    action: "allow",
    targets: ["path"],
    match: { phrases: ["/partner/"] },
    origin: "custom",
  });
  assert.equal(decide(testPolicy([allow, rule("bad")]), { ...BAD, path: "/partner/x" }), "pass");
  assert.equal(decide(testPolicy([allow, rule("bad")]), { ...BAD, path: "/x" }), "refuse");
});

Deno.test("an exception lets one rule pass on its host, path and target only", () => {
  const outcome = (exception: Partial<RuleException>, example: ExampleRequest) =>
    decide(
      testPolicy([rule("bad")], {}, { exceptions: [{ id: "e1", ruleId: "bad", ...exception }] }),
      example,
    );
  assert.equal(outcome({}, BAD), "pass");
  assert.equal(outcome({ hostId: "h2" }, BAD), "refuse");
  assert.equal(outcome({ path: "/wiki/*" }, { ...BAD, path: "/wiki/%61" }), "pass");
  assert.equal(outcome({ path: "/wiki" }, { ...BAD, path: "/wiki/a" }), "refuse");
  assert.equal(outcome({ targets: ["args:q"] }, BAD), "pass");
  assert.equal(outcome({ targets: ["args"] }, BAD), "pass");
  assert.equal(outcome({ targets: ["args:other"] }, BAD), "refuse");
  assert.equal(outcome({ targets: ["args:q"] }, { args: { q: "bad", r: "bad" } }), "refuse");
});

Deno.test("args are seen in every kind of body", () => {
  const policy = testPolicy([rule("bad")]);
  const bodies: ExampleRequest[] = [
    { form: { q: "bad" } },
    { json: { a: [{ b: "bad" }] } },
    { json: { bad: 1 } },
    { xml: "<a>bad</a>" },
    { xml: "<a b='bad'/>" },
    { multipart: [{ name: "a", content: "bad" }] },
    { body: "bad", content_type: "text/plain" },
    { body: "a=bad" },
    { cookies: { a: "bad" } },
    { query: "a=%62%61%64" },
  ];
  for (const example of bodies) assert.equal(decide(policy, example), "refuse", JSON.stringify(example));
  assert.equal(decide(policy, { multipart: [{ name: "a", filename: "f", content: "bad" }] }), "pass");
});

Deno.test("selectors with a name see that name only", () => {
  const policy = testPolicy([rule("bad", { targets: ["headers:x-a", "args:q", "cookies:c", "user-agent"] })]);
  assert.equal(decide(policy, { headers: { "X-A": "bad" } }), "refuse");
  assert.equal(decide(policy, { headers: { "X-B": "bad" } }), "pass");
  assert.equal(decide(policy, { args: { r: "bad" } }), "pass");
  assert.equal(decide(policy, { form: { q: "bad" } }), "refuse");
  assert.equal(decide(policy, { cookies: { c: "bad" } }), "refuse");
  assert.equal(decide(policy, { user_agent: "bad" }), "refuse");
});

Deno.test("what is wrong with a body is a value that rules can match", () => {
  const policy = testPolicy([
    rule("malformed", { targets: ["anomalies"], match: { regex: "^json-malformed$" } }),
  ]);
  assert.equal(decide(policy, { body: '{"a":', content_type: "application/json" }), "refuse");
  assert.equal(decide(policy, { json: { a: 1 } }), "pass");
});

Deno.test("conditions compare the whole request", () => {
  const conditional = (of: unknown[], join = "and") =>
    testPolicy([
      rule("c", {
        origin: "custom",
        targets: [],
        transform: [],
        match: { conditions: { join, of } as never },
      }),
    ]);
  const admin = { target: "path", operator: "starts-with", value: "/admin" };
  const outside = { target: "client", operator: "ip-in-range", value: ["10.0.0.0/8"], negated: true };
  assert.equal(decide(conditional([admin, outside]), { path: "/admin/x" }), "refuse");
  assert.equal(decide(conditional([admin, outside]), { path: "/admin/x", client: "10.1.2.3" }), "pass");
  assert.equal(decide(conditional([admin, outside]), { path: "/x" }), "pass");
  assert.equal(decide(conditional([admin, outside], "or"), { path: "/x" }), "refuse");
  const large = { target: "size:body", operator: "greater-than", value: 10 };
  assert.equal(decide(conditional([large]), { body: "0123456789ab" }), "refuse");
  assert.equal(decide(conditional([large]), { body: "0" }), "pass");
  const many = { target: "count:args", operator: "greater-than", value: 2 };
  assert.equal(decide(conditional([many]), { args: { a: "1", b: "2", c: "3" } }), "refuse");
  const without = { target: "headers:x-key", operator: "exists", negated: true };
  assert.equal(decide(conditional([without]), {}), "refuse");
  assert.equal(decide(conditional([without]), { headers: { "x-key": "1" } }), "pass");
});

Deno.test("a long value hides nothing", () => {
  const policy = testPolicy([rule("bad")]);
  for (const before of [7_000, 8_190, 16_383, 100_000]) {
    const value = `${"a ".repeat(before / 2)}bad${" a".repeat(50_000)}`;
    assert.equal(decide(policy, { form: { q: value } }), "refuse", `behind ${before} characters`);
  }
});

Deno.test("a body in windows is judged across their borders", () => {
  const policy = testPolicy([rule("bad")]);
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=x",
  ];
  for (const type of types) {
    const built = buildRequest({ body: "", content_type: type });
    const head = type.startsWith("multipart")
      ? '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
      : "q=";
    const bytes = Buffer.from(`${head}${"a ".repeat(5_000)}bad${" a".repeat(5_000)}`);
    const transaction = policy.begin(built.request);
    assert.equal(transaction.requestHead(), "pass");
    let decision = "pass";
    for (let at = 0; at < bytes.length; at += 1_001) {
      decision = transaction.requestBodyWindow(bytes.subarray(at, at + 1_001));
    }
    assert.equal(decision === "pass" ? transaction.requestBodyEnd() : decision, "refuse", type);
  }
});

Deno.test("explain shows every step, the span and the decision whatever the mode", () => {
  const policy = testPolicy([rule("bad", { transform: ["url-decode", "replace-comments"] })], {
    mode: "detect",
  });
  const explained = explain(policy, buildRequest({ query: "q=%2562ad/**/X" }));
  assert.equal(explained.decision, "refuse");
  assert.equal(explained.decidedIn, "request-headers");
  assert.equal(explained.score, 5);
  const [finding] = explained.findings;
  assert.deepEqual(finding!.steps, [
    { transformation: "url-decode", output: "bad/**/X" },
    { transformation: "replace-comments", output: "bad X" },
    { transformation: "lowercase", output: "bad x" },
  ]);
  assert.deepEqual(finding!.span, [0, 3]);
  assert.equal(finding!.value, "%62ad/**/X");
});

Deno.test("secrets stand in findings by shape and hash only", () => {
  const policy = testPolicy([rule("bad", { targets: ["args", "cookies", "headers", "query"] })]);
  const examples: ExampleRequest[] = [
    { args: { password: "Geheim1 bad" } },
    { cookies: { sid: "Geheim1 bad" } },
    { headers: { authorization: "Geheim1 bad" } },
    { query: "a=bad&token=Geheim1" },
  ];
  for (const example of examples) {
    const transaction = policy.begin(buildRequest(example).request);
    transaction.requestHead();
    assert.ok(transaction.findings.length > 0);
    assert.ok(!JSON.stringify(transaction.findings).includes("eheim"), JSON.stringify(transaction.findings));
  }
});

Deno.test("a finding keeps 512 characters around the match", () => {
  const policy = testPolicy([rule("bad")]);
  const transaction = policy.begin(
    buildRequest({ args: { q: `${"x ".repeat(2_000)}bad${" y".repeat(1_000)}` } }).request,
  );
  transaction.requestHead();
  const [finding] = transaction.findings;
  assert.equal(finding!.value.length, 512);
  assert.equal(finding!.value.slice(...finding!.span), "bad");
});

Deno.test("a rule that does not compile is named", () => {
  const broken = [rule("a"), rule("b", { match: { regex: "(?=x)" } })];
  assert.throws(
    () => testPolicy(broken),
    (thrown: unknown) =>
      thrown instanceof AegisError && /rule b: .*look-around.*character 1/.test(thrown.message),
  );
});

Deno.test("responses are judged by status and headers", () => {
  const policy = testPolicy([
    rule("leak", { targets: ["response-headers:x-debug"], match: { regex: "trace" } }),
  ]);
  const built = buildRequest({ response: { status: 500, headers: { "x-debug": "Trace" } } });
  const transaction = policy.begin(built.request);
  assert.equal(transaction.requestHead(), "pass");
  assert.equal(transaction.responseHead(built.response!.status, built.response!.headers), "refuse");
  assert.equal(transaction.findings[0]!.phase, "response-headers");
});

Deno.test("a request that uses up its time is reported, not inspected on", () => {
  let now = 0;
  const slow: Clock = { now: () => 0, monotonic: () => now += 600, threadCpu: () => now };
  const exhausted = rule("late", { targets: ["anomalies"], match: { regex: "^inspection-exhausted$" } });
  const policy = testPolicy([rule("bad"), exhausted], {}, { clock: slow });
  const transaction = policy.begin(buildRequest({ form: { q: "a ".repeat(60_000), r: "bad" } }).request);
  transaction.requestHead();
  const body = Buffer.from(`q=${"a+".repeat(60_000)}&r=bad`);
  assert.equal(transaction.requestBody(body), "refuse");
  assert.deepEqual(transaction.findings.map((each) => each.ruleId), ["late"]);
});

Deno.test("what a rule let pass unseen is not remembered as clean", () => {
  const allow = rule("open", { targets: ["path"], match: { regex: "^/open" }, action: "allow" });
  const policy = testPolicy([allow, rule("bad")]);
  const cookie = { headers: { cookie: "a=x bad x" } };
  assert.equal(decide(policy, { path: "/open", ...BAD }), "pass");
  assert.equal(decide(policy, { path: "/open", ...cookie }), "pass");
  assert.equal(decide(policy, { path: "/", ...BAD }), "refuse");
  assert.equal(decide(policy, { path: "/", ...cookie }), "refuse");
});

Deno.test("[SECURITY] what stands behind as many findings as are kept is not remembered as clean", () => {
  const policy = testPolicy([rule("bad")]);
  const cookie = "a=x bad x";
  const args = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i}`, "bad"]));
  for (let i = 0; i < 3; i++) assert.equal(decide(policy, { args, headers: { cookie } }), "refuse");
  assert.equal(decide(policy, { headers: { cookie } }), "refuse");
});

Deno.test("a body that was clean before is known by its bytes and by how they are read", () => {
  const policy = testPolicy([rule("bad", { transform: [] }), rule("worse", { targets: ["json-keys"] })]);
  const send = (body: string, type: string) => decide(policy, { method: "POST", body, content_type: type });
  const body = "q=%62ad";
  for (let i = 0; i < 3; i++) assert.equal(send(body, "text/plain"), "pass");
  assert.equal(send(body, "application/x-www-form-urlencoded"), "refuse");
  const json = '{"q": "good"}';
  for (let i = 0; i < 3; i++) assert.equal(send(json, "application/json"), "pass");
  assert.equal(send(json.replace("good", "bad!"), "application/json"), "refuse");
  assert.equal(send(json.replace('"q"', '"worse"'), "application/json"), "refuse");
});

Deno.test("a known body is no reason to overlook what its request says of it, nor rules that compare both", () => {
  const odd = rule("odd", { targets: ["anomalies"], match: { regex: "^body-with-get$" } });
  const both = rule("both", {
    targets: [],
    match: {
      conditions: {
        join: "and",
        of: [
          { target: "path", operator: "equals", value: "/pay" },
          { target: "args:q", operator: "equals", value: "good" },
        ],
      },
    },
  });
  const request = { method: "POST", body: "q=good", content_type: "application/x-www-form-urlencoded" };
  const policy = testPolicy([odd]);
  for (let i = 0; i < 3; i++) assert.equal(decide(policy, request), "pass");
  assert.equal(decide(policy, { ...request, method: "GET" }), "refuse");
  const comparing = testPolicy([both]);
  for (let i = 0; i < 3; i++) assert.equal(decide(comparing, request), "pass");
  assert.equal(decide(comparing, { ...request, path: "/pay" }), "refuse");
});

Deno.test("trailers are judged as fields of the head", () => {
  const policy = testPolicy([rule("bad", { targets: ["headers"] })]);
  const transaction = policy.begin(buildRequest({ form: { q: "x" } }).request);
  assert.equal(transaction.requestHead(), "pass");
  assert.equal(
    transaction.requestBody(Buffer.from("q=x"), HeaderList.from([["x-note", "so bad"]])),
    "refuse",
  );
  assert.equal(transaction.findings[0]!.target, "headers:x-note");
});

Deno.test("a body is wanted wherever one may follow", () => {
  const policy = testPolicy([rule("bad")]);
  const need = (example: ExampleRequest, protocol: string) =>
    policy.begin({ ...buildRequest(example).request, protocol }).bodyNeed;
  assert.equal(need({}, "HTTP/1.1"), "none");
  assert.equal(need({}, "HTTP/2"), "whole");
  assert.equal(need({ method: "GET", body: "x" }, "HTTP/1.1"), "whole");
  assert.equal(need({ method: "POST", headers: { "transfer-encoding": "chunked" } }, "HTTP/1.1"), "whole");
  assert.equal(need({ method: "POST", headers: { "content-length": "0" } }, "HTTP/2"), "none");
});
