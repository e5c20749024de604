import assert from "node:assert/strict";
import { parse } from "yaml";
import { AegisError } from "../core/errors.ts";
import { atFormFields, NEW_RULE, reshaped, ruleText } from "./rule_form.ts";

const FORM = {
  ...NEW_RULE,
  name: "Partners only",
  why: "The export is for partners.",
  join: "and",
  "g.0.c.0.value": "/export",
  "g.1.join": "or",
  "g.1.c.0.field": "Specific Header",
  "g.1.c.0.named": "X-Partner",
  "g.1.c.0.operator": "does not exist",
  "g.1.c.1.field": "Source IP",
  "g.1.c.1.operator": "is not IP in range",
  "g.1.c.1.value": "192.0.2.0/24, 198.51.100.7",
  "tests.match": "/export/all.csv",
  "tests.pass": "POST /shop?q=1 | X-Partner: a | x=1",
};

Deno.test("a form of groups becomes a rule as a file writes it", () => {
  const { rules: [rule] } = parse(ruleText(FORM)) as { rules: { match: unknown; tests: unknown }[] };
  assert.deepEqual(rule!.match, {
    conditions: {
      join: "and",
      of: [
        { join: "and", of: [{ field: "Path", operator: "starts with", value: "/export" }] },
        {
          join: "or",
          of: [
            { field: "Specific Header: X-Partner", operator: "does not exist" },
            { field: "Source IP", operator: "is not IP in range", value: ["192.0.2.0/24", "198.51.100.7"] },
          ],
        },
      ],
    },
  });
  assert.deepEqual(rule!.tests, {
    match: [{ path: "/export/all.csv" }],
    pass: [{ method: "POST", path: "/shop", query: "q=1", headers: { "X-Partner": "a" }, body: "x=1" }],
  });
});

Deno.test("buttons add and remove conditions and groups, and what is left is numbered anew", () => {
  const added = reshaped({ ...FORM, do: "add.1" });
  assert.equal(added["g.1.c.2.field"], "Path");
  const removed = reshaped({ ...FORM, do: "remove.0.0" });
  assert.deepEqual([removed["g.0.c.0.field"], removed["g.1.join"]], ["Specific Header", undefined]);
  assert.equal(reshaped({ ...FORM, do: "add-group" })["g.2.join"], "and");
  assert.equal(reshaped({ ...NEW_RULE, do: "remove.0.0" })["g.0.c.0.field"], "Path");
});

Deno.test("what cannot be read, and what the import refuses, stands at its field", () => {
  assert.throws(
    () => ruleText({ ...FORM, "tests.match": "export" }),
    (thrown: unknown) => thrown instanceof AegisError && thrown.fields[0]?.field === "tests.match",
  );
  const fields = atFormFields([
    { field: "rules.0.match.conditions.of.1.of.0.value", message: "m" },
    { field: "rules.0.match.conditions.of.0.of.2.value.1", message: "m" },
    { field: "rules.0.tests.match.0", message: "m" },
    { field: "rules.0.match.regex", message: "m" },
  ]).map((each) => each.field);
  assert.deepEqual(fields, ["g.1.c.0.value", "g.0.c.2.value", "tests.match", "regex"]);
  assert.throws(
    () => ruleText({ ...FORM, "g.0.c.0.field": "Specific Header", "g.0.c.0.named": " " }),
    (thrown: unknown) => thrown instanceof AegisError && thrown.fields[0]?.field === "g.0.c.0.named",
  );
});

Deno.test("a form of several requests becomes a correlated rule with sequences as its tests", () => {
  const form = {
    ...NEW_RULE,
    name: "Sign-ins",
    why: "Tried out",
    kind: "correlate",
    window_seconds: "120",
    threshold: "5",
    group_by: "source_64",
    sequence_mode: "any",
    unique_fields: "body",
    trigger_rules: "sql-injection, own-1\nxss",
    predicates: "method equals POST\nresponse.status not in-list 200, 204",
    "tests.match": "POST /login?a=1 user={n} -> 401 x5",
    "tests.pass": "GET /\n+30s GET /news",
  };
  const { rules: [rule] } = parse(ruleText(form)) as { rules: Record<string, unknown>[] };
  assert.deepEqual(rule!.match, {
    correlate: {
      window_seconds: 120,
      threshold: 5,
      group_by: "source_64",
      sequence_mode: "any",
      trigger_rules: [["sql-injection", "own-1"], "xss"],
      unique_fields: ["body"],
      predicates: [
        { field: "method", operator: "equals", value: "POST" },
        { field: "response.status", operator: "in-list", value: ["200", "204"], negated: true },
      ],
    },
  });
  const { match: [sequence] } = rule!.tests as { match: Record<string, unknown>[][] };
  const { method, path, query, body, repeat, response } = sequence![0]!;
  assert.deepEqual([method, path, query, body, repeat, response], [
    "POST",
    "/login",
    "a=1",
    "user={n}",
    5,
    { status: 401 },
  ]);
  assert.throws(
    () => ruleText({ ...form, predicates: "method", "tests.pass": "GET news", window_seconds: "x" }),
    (thrown: unknown) =>
      thrown instanceof AegisError &&
      thrown.fields.map(({ field }) => field).join(" ") === "window_seconds predicates tests.pass",
  );
  assert.deepEqual(
    atFormFields([{ field: "rules.0.match.correlate.predicates.0.field", message: "m" }])[0]!.field,
    "predicates",
  );
});
