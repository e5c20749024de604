import assert from "node:assert/strict";
import { HeaderList } from "../core/header_list.ts";
import type { Rule } from "../core/rule.ts";
import { testPolicy } from "../../tests/support/test_policy.ts";
import { testRule } from "../../tests/support/test_rule.ts";
import type { SignKind } from "./signs.ts";

/** What a rule says of a request, and which signs it asked for. */
function judge(rule: Partial<Rule>, known: Partial<Record<SignKind, string>>) {
  const policy = testPolicy([testRule("test-001", { targets: [], transform: [], ...rule })]);
  const asked: SignKind[] = [];
  const transaction = policy.begin({
    method: "GET",
    rawPath: "/",
    path: "/",
    rawQuery: null,
    headers: HeaderList.from([["host", "a.test"]]),
    clientAddress: "192.0.2.1",
    protocol: "HTTP/1.1",
    signs: {
      sign(kind) {
        asked.push(kind);
        return known[kind] ?? "";
      },
    },
  });
  return { decision: transaction.requestHead(), asked, findings: transaction.findings };
}

function when(target: string, operator: string, value: string | number): Partial<Rule> {
  return { match: { conditions: { join: "and", of: [{ target, operator, value }] } } };
}

Deno.test("a pattern can look at JA4 and fingerprint, and nothing else is found out for it", () => {
  const ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1";
  const rule = { targets: ["ja4"], match: { regex: "^t13d1516h2_" } };
  const { decision, asked, findings } = judge(rule, { ja4 });
  assert.deepEqual([decision, asked, findings[0]!.target, findings[0]!.value], [
    "refuse",
    ["ja4"],
    "ja4",
    ja4,
  ]);
  assert.equal(judge(rule, {}).decision, "pass");
  assert.equal(
    judge({ targets: ["fingerprint"], match: { regex: "^o00" } }, { fingerprint: "o00ff" }).decision,
    "refuse",
  );
});

Deno.test("conditions compare the bot score as a number", () => {
  const rule = when("bot-score", "greater-than", 3);
  assert.equal(judge(rule, { "bot-score": "10" }).decision, "refuse");
  assert.equal(judge(rule, { "bot-score": "2" }).decision, "pass");
});

Deno.test("country and network are conditions too, and what is not known is in no list", () => {
  assert.equal(judge(when("country", "equals", "DE"), { country: "DE" }).decision, "refuse");
  assert.equal(judge(when("asn", "equals", "64500"), { asn: "64500" }).decision, "refuse");
  assert.equal(judge(when("country", "equals", "DE"), {}).decision, "pass");
});

Deno.test("a rule that asks for no sign finds none out", () => {
  assert.deepEqual(judge({ targets: ["headers"], match: { regex: "x" } }, { ja4: "x" }).asked, []);
});
