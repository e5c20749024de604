import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { testPolicy } from "../../../tests/support/test_policy.ts";
import { testRule as rule } from "../../../tests/support/test_rule.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { WafTransaction } from "../engine.ts";
import { buildRequest } from "../rule_files/example_request.ts";

const WORDS = "plain words of a long letter that says nothing, ".repeat(400);

const LONG: Record<string, { type: string; body: Uint8Array; encoding?: string }> = {
  form: { type: "application/x-www-form-urlencoded", body: Buffer.from(`a=${WORDS}&b=attack&c=${WORDS}`) },
  json: {
    type: "application/json",
    body: Buffer.from(JSON.stringify({ list: [WORDS, "attack"], last: WORDS })),
  },
  "broken json": { type: "application/json", body: Buffer.from(`{"a":"${WORDS}","b":"attack"`) },
  xml: { type: "application/xml", body: Buffer.from(`<a><b>${WORDS}</b><c>attack</c></a>`) },
  text: { type: "text/plain", body: Buffer.from(`${WORDS} attack ${WORDS}`) },
  bytes: {
    type: "application/octet-stream",
    body: Buffer.from(`${"\0\xff".repeat(9_000)} attack `, "latin1"),
  },
  compressed: { type: "text/plain", body: gzipSync(`${WORDS} attack`), encoding: "gzip" },
};

function begin(type: string, encoding: string | undefined): WafTransaction {
  const attack = rule("attack", { targets: ["args", "body", "json", "xml"], match: { regex: "attack" } });
  const { request } = buildRequest({ body: "", content_type: type });
  if (encoding !== undefined) request.headers.set("content-encoding", encoding);
  const transaction = testPolicy([attack]).begin(request);
  transaction.requestHead();
  return transaction;
}

for (const [name, { type, body, encoding }] of Object.entries(LONG)) {
  Deno.test(`a long body in turns is judged as in one go: ${name}`, () => {
    const whole = begin(type, encoding);
    assert.equal(whole.requestBody(body), "refuse");

    const inTurns = begin(type, encoding);
    let turns = 1;
    let decision = inTurns.beginBody(body, null, 0);
    for (; decision === null; turns++) decision = inTurns.goOn(0);
    assert.equal(decision, "refuse");
    assert.deepEqual(inTurns.findings, whole.findings);
    assert.ok(turns > 3, `${turns} turns`);
  });
}

Deno.test("a short body is judged at once", () => {
  assert.equal(begin("text/plain", undefined).beginBody(Buffer.from("an attack"), null, 0), "refuse");
});

Deno.test("what comes while the beginning is still judged takes nothing from it", () => {
  const transaction = begin("text/plain", undefined);
  assert.equal(transaction.beginWindow(Buffer.from(`${WORDS} attack ${WORDS}`), 0), null);
  assert.equal(transaction.requestBodyWindow(Buffer.from("more words")), "pass");
  assert.equal(transaction.goOn(Infinity), "refuse");
});

Deno.test("trailers are judged after the last of a long body", () => {
  const transaction = begin("text/plain", undefined);
  const trailers = HeaderList.from([["x-note", "none"]]);
  assert.equal(transaction.beginBody(Buffer.from(WORDS), trailers, 0), null);
  assert.equal(transaction.goOn(Infinity), "pass");
});
