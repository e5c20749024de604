import assert from "node:assert/strict";
import { person, refusalOf, withControl } from "../../../tests/support/make_control.ts";

const RULE = `id: own-1
name: No teapots
why: We do not brew here.
severity: high
match: { regex: '\\bteapot\\b' }
targets: [args]
tests: { match: [{ args: { q: teapot } }], pass: [{ args: { q: coffee } }] }
`;

Deno.test("custom rules are imported, run, exported, imported again under new ids, and deleted", async () => {
  await withControl(async (made) => {
    assert.deepEqual(
      await made.do("rules.import", { text: `rules:\n- ${RULE.trim().replaceAll("\n", "\n  ")}` }),
      { imported: 1, renamed: [] },
    );
    const request = { path: "/?q=a+teapot" };
    const found = await made.do("rules.test", { request });
    assert.deepEqual([found.matched, found.verdict, found.findings.at(-1)?.rule_id], [
      true,
      "blocked",
      "own-1",
    ]);
    const { text } = await made.do("rules.export", {});
    const again = await made.do("rules.import", { text });
    const own = (await made.do("rules.list", { family: "custom" })).rules;
    assert.equal(own.length, 2);
    const other = own.find((rule) => rule.id !== "own-1")!;
    assert.deepEqual(again, { imported: 1, renamed: [{ from: "own-1", to: other.id }] });
    for (const rule of own) await made.do("rules.delete", { id: rule.id });
    assert.equal(
      (await made.do("rules.test", { request })).findings.some((each) => each.rule_id === "own-1"),
      false,
    );
    const builtIn = made.control.rules.builtIn[0]!.rule.id;
    assert.equal((await refusalOf(made.do("rules.delete", { id: builtIn }))).code, "read_only");
  });
});

Deno.test("an import is refused whole, every error with its line and a remedy", async () => {
  await withControl(async (made) => {
    const text = `- id: good-1
  name: fine
  why: fine
  match: { regex: 'zqz' }
  tests: { match: [{ args: { q: zqz } }], pass: [{ path: / }] }
- id: bad-1
  name: backtracks
  why: it does
  match: { regex: '(a)\\1' }
  tests: { match: [{ args: { q: aa } }], pass: [{ path: / }] }
- id: bad-2
  name: unknown key
  why: it has
  sevrity: high
  match: { regex: 'y' }
`;
    const failed = await refusalOf(made.do("rules.import", { text }));
    assert.deepEqual(failed.fields.map((each) => each.line), [9, 14]);
    assert.match(failed.fields[1]!.remedy!, /severity/);
    assert.deepEqual(made.store.customRules.list(), []);
    const lint = await made.do("rules.lint", { text });
    assert.deepEqual([lint.ok, lint.rules, lint.errors.length], [false, 0, 2]);
    assert.equal((await made.do("rules.lint", { text: "" })).ok, false);
    assert.equal(
      (await made.do("rules.lint", { text: "a: &a [1]\nrules: [*a]" }).catch(() => ({ ok: false }))).ok,
      false,
    );
    const json = await refusalOf(made.do("rules.import", { text: "{\n", format: "json" }));
    assert.equal(json.fields[0]?.line !== undefined, true);
  });
});

Deno.test("a rule without tests, one that fails its own, and a repeated id are refused with their lines", async () => {
  await withControl(async (made) => {
    const tests = "tests: { match: [{ args: { q: teapot } }], pass: [{ args: { q: coffee } }] }";
    const rule = (id: string, rest: string) =>
      `- id: ${id}\n  name: n\n  why: w\n  match: { regex: '${"teapot"}' }\n${rest}`;
    const text = rule("a-1", `  ${tests}\n`) + rule("a-1", `  ${tests}\n`) + rule("a-2", "") +
      rule("a-3", `  ${tests.replace("coffee", "teapots")}\n`);
    const failed = await refusalOf(made.do("rules.import", { text }));
    assert.deepEqual(failed.fields.map((each) => [each.line, each.message]), [
      [6, 'rule id "a-1" stands already in line 1'],
      [11, "the rule has no tests"],
      [19, "the rule finds something in this"],
    ]);
    assert.ok(failed.fields.every((each) => each.remedy !== undefined));
  });
});

Deno.test("conditions are written by the names of the fields and of the operators", async () => {
  await withControl(async (made) => {
    const rule = `- id: names-1
  name: partners only
  why: The export is for partners.
  match:
    conditions:
      join: and
      of:
        - { field: Path, operator: starts with, value: /export }
        - join: or
          of:
            - { field: "Specific Header: X-Partner", operator: does not exist }
            - { field: Source IP, operator: is not IP in range, value: [192.0.2.0/24] }
  tests:
    match:
      - { path: /export/all.csv }
      - { path: /export/all.csv, headers: { x-partner: a }, client: 198.51.100.7 }
    pass:
      - { path: /export/all.csv, headers: { x-partner: a }, client: 192.0.2.7 }
      - { path: /shop }
`;
    assert.deepEqual(await made.do("rules.import", { text: rule }), { imported: 1, renamed: [] });
    const match = made.store.customRules.get("names-1")!.rule.match;
    assert.deepEqual("conditions" in match && match.conditions.of[0], {
      target: "path",
      operator: "starts-with",
      value: "/export",
    });
  });
});

Deno.test("a rule that leads elsewhere says where to, and does", async () => {
  await withControl(async (made) => {
    const rule = (url: string) =>
      `- id: away-1
  name: The old shop moved
  why: It closed.
  action: redirect${url}
  match: { conditions: { of: [{ field: Path, operator: equals, value: /old }] } }
  tests: { match: [{ path: /old }], pass: [{ path: /new }] }
`;
    assert.match((await refusalOf(made.do("rules.import", { text: rule("") }))).message, /where to/);
    const foreign = rule("\n  redirect_url: //evil.example/");
    assert.equal((await refusalOf(made.do("rules.import", { text: foreign }))).code, "invalid_input");
    await made.do("rules.import", { text: rule("\n  redirect_url: /new") });
    const result = await made.do("rules.test", { request: { path: "/old" } });
    assert.deepEqual([result.verdict, result.action], ["redirected", "redirected"]);
  });
});

Deno.test("other forms of a rule are read: description, match_mode and pattern", async () => {
  await withControl(async (made) => {
    const text = JSON.stringify({
      version: 1,
      rules: [{
        name: "old form",
        description: "because",
        match_mode: "regex",
        pattern: "kettle",
        tests: { match: [{ args: { q: "kettle" } }], pass: [{ args: { q: "pan" } }] },
        host: "x.example",
      }],
    });
    await made.do("rules.import", { text, format: "json" });
    const [rule] = (await made.do("rules.list", { family: "custom" })).rules;
    assert.deepEqual([rule?.name, rule?.why, rule?.severity], ["old form", "because", "medium"]);
    assert.equal(made.store.customRules.list()[0]?.rule.host, undefined);
  });
});

Deno.test("every match_mode is read, and faults stand where their author wrote", async () => {
  await withControl(async (made) => {
    const sequence = { match: [[{ found: ["sql-injection"], repeat: 3 }]], pass: [[{ path: "/" }]] };
    const kettle = { match: [{ args: { q: "kettle" } }], pass: [{ args: { q: "pan" } }] };
    const correlate = { window_seconds: 60, threshold: 3, trigger_rules: ["sql-injection"] };
    const contains = { field: "Query String", operator: "contains", value: "kettle" };
    const written = (id: string, fields: Record<string, unknown>) => ({
      id,
      name: id,
      description: "w",
      ...fields,
    });
    const import_ = (...rules: unknown[]) =>
      made.do("rules.import", { text: JSON.stringify(rules, null, 1), format: "json" });
    const { imported } = await import_(
      written("m-1", { match_mode: "correlated", pattern: correlate, tests: sequence }),
      written("m-2", { match_mode: "correlated", correlate, tests: sequence }),
      written("m-3", { match_mode: "conditions", conditions: [contains], tests: kettle }),
      written("m-4", { match_mode: "conditions", pattern: { join: "or", of: [contains] }, tests: kettle }),
    );
    assert.equal(imported, 4);
    const faultOf = async (fields: Record<string, unknown>) => {
      const [fault] = (await refusalOf(import_(written("m-5", { ...fields, tests: kettle })))).fields;
      return `${fault?.field}: ${fault?.message} (line ${fault?.line})`;
    };
    assert.equal(await faultOf({ match_mode: "fuzzy" }), '0.match_mode: "fuzzy" is no match_mode (line 6)');
    assert.match(
      await faultOf({ match_mode: "regex", pattern: "a(?=b)" }),
      /^0\.pattern: .*look-around.*line 7/,
    );
    assert.equal(
      await faultOf({
        match_mode: "conditions",
        conditions: [{ field: "Path", operater: "equals", value: "/" }],
      }),
      "0.conditions.0.operator: is missing (line 8)",
    );
  });
});

Deno.test("the tester says whether a single rule is valid, and what it finds", async () => {
  await withControl(async (made) => {
    const hit = await made.do("rules.test", { request: { path: "/?q=teapot" }, rule: RULE });
    assert.deepEqual([hit.pattern_valid, hit.matched, hit.matched_target], [true, true, "args:q"]);
    const miss = await made.do("rules.test", { request: { path: "/?q=coffee" }, rule: RULE });
    assert.deepEqual([miss.matched, miss.verdict], [false, "allowed"]);
    const broken = await made.do("rules.test", {
      request: { path: "/" },
      rule: RULE.replace("bteapot", "btea(?=pot)"),
    });
    assert.equal(broken.pattern_valid, false);
    assert.match(broken.pattern_error!, /^match\.regex: regex refused/);
  });
});

Deno.test("a switch decides what a rule does, on the host as in the tester, and shows what it comes to", async () => {
  await withControl(async (made) => {
    await made.do("rules.import", { text: `- ${RULE.trim().replaceAll("\n", "\n  ")}` });
    const effective = async () => (await made.do("rules.get", { id: "own-1" })).effective;
    assert.equal(await effective(), "block");
    await made.do("rules.switch", { id: "own-1", switch: "detect" });
    assert.equal(await effective(), "detect");
    assert.equal((await made.do("rules.test", { request: { path: "/?q=teapot" } })).verdict, "allowed");
    await made.do("rules.switch", { id: "custom", switch: "off" });
    assert.equal(await effective(), "detect");
    await made.do("rules.switch", { id: "own-1", switch: "inherit" });
    assert.equal(await effective(), "off");
    const { families } = await made.do("rules.list", {});
    const custom = families.find((each) => each.id === "custom")!;
    assert.deepEqual([custom.rules, custom.enabled, custom.switch], [1, 0, "off"]);
    assert.equal(
      (await refusalOf(made.do("rules.switch", { id: "nothing", switch: "off" }))).code,
      "not_found",
    );
  });
});

Deno.test("every built-in rule passes its own tests and shows its definition", async () => {
  await withControl(async (made) => {
    const result = await made.do("rules.run_tests", {});
    assert.deepEqual(result.failed, []);
    assert.ok(result.passed > 0);
    const first = made.control.rules.builtIn[0]!.rule.id;
    assert.match((await made.do("rules.get", { id: first })).definition, new RegExp(`^id: ${first}\n`));
  });
});

Deno.test("a rule says whether it is about several requests together", async () => {
  await withControl(async (made) => {
    const first = made.control.rules.builtIn[0]!.rule.id;
    assert.equal((await made.do("rules.get", { id: first })).is_correlated, false);
    await made.do("rules.import_set", { id: "correlation" });
    assert.equal((await made.do("rules.get", { id: "set-corr-recon" })).is_correlated, true);
  });
});

Deno.test("an exception for what is not there is refused at its field: it would let nothing pass", async () => {
  await withControl(async (made) => {
    const id = made.control.rules.builtIn[0]!.rule.id;
    const faultsOf = async (input: { rule_id: string; targets?: string[] }) => {
      const { fields } = await refusalOf(made.do("exceptions.create", input));
      return fields.map(({ field, remedy }) => [field, remedy]);
    };
    assert.deepEqual(await faultsOf({ rule_id: id, targets: ["args:q", "argz:q"] }), [
      ["targets.1", 'did you mean "args:q"?'],
    ]);
    assert.deepEqual(await faultsOf({ rule_id: `${id}x` }), [["rule_id", `did you mean "${id}"?`]]);
  });
});

Deno.test("bans: never loopback, white lists or one's own address; nothing as wide as the internet", async () => {
  await withControl(async (made) => {
    await made.do("settings.update", { patch: { whitelist_cidrs: ["203.0.113.0/28"] } });
    const actor = person("operator");
    for (
      const network of [
        "127.0.0.1",
        "::1",
        "127.0.0.0/16",
        "203.0.113.5",
        "203.0.113.0/24",
        "198.51.100.7",
        "198.51.100.0/24",
        "0.0.0.0/0",
        "::/0",
        "nonsense",
      ]
    ) {
      const failed = await refusalOf(made.do("bans.create", { network }, actor));
      assert.equal(failed.code, "invalid_input", network);
      assert.equal(failed.fields[0]?.field, "network", network);
    }
    const ban = await made.do(
      "bans.create",
      { network: "192.0.2.77/24", seconds: 60, reason: "scan" },
      actor,
    );
    assert.equal(ban.network, "192.0.2.0/24");
    assert.equal(made.sent.at(-1)!.bans[0]?.expiresAt, made.clock.now() + 60_000);
    assert.equal((await made.do("bans.list", { q: "scan" })).length, 1);
    made.clock.advance(60_001);
    assert.deepEqual(await made.do("bans.list", {}), []);
    const second = await made.do("bans.create", { network: "2001:db8::/32" }, actor);
    await made.do("bans.delete", { id: second.id }, actor);
    assert.deepEqual(made.sent.at(-1)!.bans, []);
  });
});
