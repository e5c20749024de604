/** What an application's parser takes for a payload is refused, in whatever way it is written (CWE-436). */
import assert from "node:assert/strict";
import type { Buffer } from "node:buffer";
import { buildRequest } from "../../src/waf/rule_files/example_request.ts";
import type { HostPolicy } from "../../src/waf/engine.ts";
import { npmPackage } from "../support/npm_application.ts";
import { runProgram } from "../support/program.ts";
import { carriersOf } from "./carriers.ts";
import { enforcingPolicy } from "./policy.ts";

const PAYLOADS = [
  "x' UNION SELECT name,password FROM users-- -",
  '"><img src=x onerror=alert(1)>',
  ";cat /etc/passwd",
];

Deno.test("no parser on Node finds a payload in a body that passes", async () => {
  const folders = await Promise.all([npmPackage("busboy", "1.6.0"), npmPackage("formidable", "3.5.4")]);
  const policy = enforcingPolicy();
  const cases = PAYLOADS.flatMap((payload) =>
    carriersOf(payload).map((carrier) => ({
      ...carrier,
      payload,
      passes: passes(policy, carrier.type, carrier.body),
    }))
  );
  const script = new URL("parsers_node.mjs", import.meta.url).pathname;
  const sent = cases.map(({ type, body }) => ({ type, body: body.toString("base64") }));
  const found: [string, string][][] = JSON.parse(
    await runProgram("node", [script, ...folders], JSON.stringify(sent), 60_000),
  );
  const readers = new Map<string, number>();
  const missed: string[] = [];
  for (const [i, { name, payload, passes }] of cases.entries()) {
    for (const [parser, value] of found[i]!) {
      if (!value.includes(payload)) continue;
      readers.set(parser, (readers.get(parser) ?? 0) + 1);
      if (passes) missed.push(`${parser}: ${name}: ${payload}`);
    }
  }
  assert.deepEqual(missed, []);
  // Each parser has read its share, so that nothing passes because nobody could read it.
  for (const parser of ["asJson", "asPairs", "asUrlencoded", "asFormData", "asBusboy", "asFormidable"]) {
    assert.ok(readers.get(parser)! >= 40, `${parser} read ${readers.get(parser)}`);
  }
});

function passes(policy: HostPolicy, type: string, body: Buffer): boolean {
  const { request } = buildRequest({
    method: "POST",
    headers: { "content-type": type, "content-length": String(body.length) },
  });
  const transaction = policy.begin(request);
  return transaction.requestHead() === "pass" && transaction.requestBody(body) === "pass";
}
