import assert from "node:assert/strict";
import { testPolicy } from "../../../tests/support/test_policy.ts";
import { testRule as rule } from "../../../tests/support/test_rule.ts";
import { buildRequest } from "../rule_files/example_request.ts";

const LETTER =
  "# How the mill works\n\nWater comes from the pond above & turns the wheel, which drives both stones.\n" +
  "The miller opens the gate [see below]; grain goes in, flour comes out = bread <3 for everybody in our village.";

const policy = testPolicy(
  [
    rule("broad", { match: { regex: "<script>" }, documents: "skip" }),
    rule("precise", { match: { regex: "' or 1=1" } }),
  ],
  { mode: "detect" },
);

function foundIn(json: unknown): string[] {
  const built = buildRequest({ json });
  const transaction = policy.begin(built.request);
  transaction.requestHead();
  transaction.requestBody(built.body!);
  return transaction.findings.map((each) => `${each.ruleId} ${each.target}`);
}

Deno.test("what a broad rule sees in a short cell of a notebook does not count", () => {
  const cells = [{ source: LETTER }, { source: "print('<script>')" }, { outputs: [{ text: "<script>" }] }];
  assert.deepEqual(foundIn({ content: { cells } }), []);
});

Deno.test("a precise rule counts in the pieces of a document, too", () => {
  const cells = [{ source: LETTER }, { source: "x' or 1=1" }];
  assert.deepEqual(foundIn({ cells }), ["precise json:cells[].source"]);
});

Deno.test("a field beside a document, and one of another list, is judged by every rule", () => {
  const found = foundIn({ cells: [{ source: LETTER }], name: "<script>", tags: [{ label: "<script>" }] });
  assert.deepEqual(found, ["broad json:name", "broad json:tags[].label"]);
});

Deno.test("a list of short records is no document", () => {
  assert.deepEqual(foundIn([{ name: "Anna" }, { name: "<script>" }]), ["broad json:[].name"]);
});

Deno.test("the same body is judged alike at its second sight, and its piece alone as a field", () => {
  const body = { cells: [{ source: LETTER }, { source: "<script>" }] };
  assert.deepEqual([foundIn(body), foundIn(body)], [[], []]);
  assert.deepEqual(foundIn({ cells: [{ source: "<script>" }] }), ["broad json:cells[].source"]);
});
