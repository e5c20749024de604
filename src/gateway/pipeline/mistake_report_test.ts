import assert from "node:assert/strict";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import {
  type FakeGateway,
  fakeGateway,
  fakeHost,
  fakeSnapshot,
} from "../../../tests/support/fake_gateway.ts";
import { until } from "../../../tests/support/until.ts";
import { runPipeline } from "./pipeline.ts";

const ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

async function send(
  gateway: FakeGateway,
  body: string,
  more: readonly (readonly [string, string])[] = [],
): Promise<RecordedResponse> {
  const response = new RecordedResponse();
  const headers = [
    ["host", "a.test"],
    ["content-type", "application/x-www-form-urlencoded"],
    ...more,
  ] as const;
  runPipeline(
    fakeExchange({
      method: "POST",
      rawPath: "/_aegis/report",
      headers,
      body: new TextEncoder().encode(body),
      response,
    }),
    gateway.services,
  );
  await until("the answer", () => response.status > 0);
  return response;
}

function gateway(): FakeGateway {
  return fakeGateway(fakeSnapshot({ hosts: [fakeHost()] }));
}

Deno.test("the block page's form reaches the operator, and the visitor is thanked", async () => {
  const made = gateway();
  const text = encodeURIComponent("Grüße; I wrote <script> in a comment ".padEnd(700, "x"));
  const answer = await send(made, `id=${ID}&text=${text}`, [["sec-fetch-site", "same-origin"]]);
  assert.equal(answer.status, 200);
  assert.match(answer.body, /Thank you/);
  assert.match(answer.headers.get("content-security-policy")!, /form-action 'self'/);
  assert.equal(made.sent.length, 0, "no target sees it");
  assert.deepEqual(
    made.reports.map(({ requestId, client, text }) => [requestId, client, text.length, text.slice(0, 7)]),
    [[ID, "192.0.2.1", 500, "Grüße; "]],
  );
});

Deno.test("[SECURITY] forms of other sites and odd ids are thanked for and forgotten", async () => {
  const made = gateway();
  const foreign: (readonly [string, string])[][] = [
    [["sec-fetch-site", "cross-site"]],
    [["sec-fetch-site", "same-site"]],
    [["origin", "https://evil.test"]],
    [["origin", "null"]],
  ];
  for (const more of foreign) assert.equal((await send(made, `id=${ID}&text=x`, more)).status, 200);
  for (const body of ["", "id=", "id=../../etc", `text=x`, "%"]) {
    assert.equal((await send(made, body, [["sec-fetch-site", "same-origin"]])).status, 200);
  }
  assert.deepEqual(made.reports, []);
  await send(made, `id=${ID}`, [["origin", "http://a.test"]]);
  await send(made, `id=${ID}`);
  assert.equal(made.reports.length, 2, "of the site itself, and of browsers that say nothing");
});

Deno.test("a form that is too large is refused", async () => {
  const made = gateway();
  assert.equal((await send(made, `id=${ID}&text=${"x".repeat(20_000)}`)).status, 413);
  assert.deepEqual(made.reports, []);
});
