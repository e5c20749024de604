import assert from "node:assert/strict";
import { AegisError } from "../../core/errors.ts";
import { makeControl } from "../../../tests/support/make_control.ts";
import { parseSequence } from "./sequence_lines.ts";

Deno.test("a sequence is written a line each", () => {
  assert.deepEqual(
    parseSequence(`
# who guesses
POST /login user=a&pass={n} -> 401 x5
+30s @198.51.100.7 get /a?b=c ! sql-injection xss
POST /api {"a": 1} -> 200 5000
`).map(({ headers: _, ...each }) => each),
    [
      {
        method: "POST",
        path: "/login",
        body: "user=a&pass={n}",
        repeat: 5,
        found: [],
        response: { status: 401 },
      },
      {
        method: "GET",
        path: "/a?b=c",
        body: "",
        client: "198.51.100.7",
        after: 30,
        found: ["sql-injection", "xss"],
        response: {},
      },
      { method: "POST", path: "/api", body: '{"a": 1}', found: [], response: { status: 200, size: 5_000 } },
    ],
  );
});

Deno.test("every line that cannot be read is named, with how to write it", () => {
  assert.throws(
    () => parseSequence("GET /ok\nlogin\nGET /x -> abc"),
    (thrown: unknown) =>
      thrown instanceof AegisError && thrown.fields.length === 2 && thrown.fields[0]!.line === 2 &&
      thrown.fields[1]!.message.includes('"abc" is no status'),
  );
  assert.throws(() => parseSequence("\n# nothing\n"), /there is no request/);
});

Deno.test("the tester runs a sequence against the correlated rules that are there, or one of one's own", async () => {
  const made = await makeControl();
  try {
    const guesses = parseSequence("POST /login user=u{n}&pass=x -> 401 x5");
    const before = await made.do("rules.test", { sequence: guesses });
    assert.equal(before.matched, false);
    await made.do("rules.import_set", { id: "correlation" });
    const after = await made.do("rules.test", { sequence: guesses });
    assert.deepEqual([after.matched, after.verdict], [true, "blocked"]);
    assert.deepEqual(after.sequence!.map(({ met }) => met.length), [0, 0, 0, 0, 1]);
    assert.equal(after.sequence![4]!.met[0]!.rule_id, "set-corr-credential-stuffing");

    // What single requests are found to do the rules in force say.
    const attacks = parseSequence(`
GET /.env
GET /.git/config
GET /?id=1%20union%20select%20name,pass%20from%20users--
`);
    const recon = await made.do("rules.test", { sequence: attacks });
    assert.ok(recon.sequence![2]!.found.length > 0);
    assert.ok(recon.sequence![2]!.met.some(({ rule_id }) => rule_id === "set-corr-recon"));

    const rule = `
id: own-1
name: Three visits
why: A test.
match: { correlate: { window_seconds: 60, threshold: 3, predicates: [{ field: path, operator: equals, value: /a }] } }
`;
    const sequence = parseSequence("GET /a x3");
    assert.equal((await made.do("rules.test", { sequence, rule })).matched, true);
    assert.equal(
      (await made.do("rules.test", { sequence: parseSequence("+40s GET /a x3"), rule })).matched,
      false,
    );
    const broken = await made.do("rules.test", {
      sequence,
      rule: rule.replace("threshold: 3", "threshold: 1"),
    });
    assert.match(broken.pattern_error!, /threshold/);
    await assert.rejects(made.do("rules.test", { sequence, request: { path: "/" } }), /request/);
  } finally {
    await made.close();
  }
});

Deno.test("correlated rules are imported only where the rules that they wait for exist", async () => {
  const made = await makeControl();
  try {
    const text = `
- id: own-1
  name: n
  why: w
  match: { correlate: { window_seconds: 60, threshold: 2, trigger_rules: [sql-injektion] } }
  tests: { match: [[{ found: [sql-injektion] }, { found: [sql-injektion] }]], pass: [[{ path: / }]] }
`;
    const { errors } = await made.do("rules.lint", { text });
    assert.match(errors[0]!.message, /no rule and no family "sql-injektion"/);
    assert.equal((await made.do("rules.lint", { text: text.replaceAll("injektion", "injection") })).ok, true);
  } finally {
    await made.close();
  }
});
