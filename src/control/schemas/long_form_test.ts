/** Forms with files that are too long to be held, through the whole pipeline. */
import assert from "node:assert/strict";
import type { ApiSchema } from "../../core/api_schema.ts";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { until } from "../../../tests/support/until.ts";
import { runPipeline } from "../../gateway/pipeline/pipeline.ts";
import { compileDocument } from "./compile_document.ts";

const HOST = fakeHost();
const UPLOAD = {
  openapi: "3.0.3",
  info: { title: "U", version: "1" },
  paths: {
    "/files": {
      post: {
        requestBody: {
          required: true,
          content: {
            "multipart/form-data": {
              schema: {
                type: "object",
                required: ["title", "pages"],
                properties: {
                  title: { type: "string", maxLength: 20 },
                  pages: { type: "integer" },
                  file: { type: "string", format: "binary" },
                },
              },
            },
          },
        },
        responses: { "200": { description: "ok" } },
      },
    },
  },
};

const SCHEMA: ApiSchema = {
  id: "s1",
  hostId: HOST.id,
  name: "Uploads",
  version: "1",
  mode: "enforce",
  blockUndefined: false,
  strictBody: false,
  switches: {},
  document: compileDocument(JSON.stringify(UPLOAD), null),
};

/** A long form to `/files`, on its way to the target or refused. */
async function started(body: string, headers: Readonly<Record<string, string>>) {
  const gateway = fakeGateway(
    fakeSnapshot({ hosts: [HOST], schemas: [SCHEMA] }, {
      waf: { paranoia_level: 1, threshold: 5, inspect_body_bytes: 4_096, inspect_total_bytes: 100_000 },
    }),
  );
  const response = new RecordedResponse();
  const bytes = new TextEncoder().encode(body);
  const exchange = fakeExchange({
    method: "POST",
    rawPath: "/files",
    headers: [
      ["host", "a.test"],
      ["content-length", String(bytes.length)],
      ["content-type", "multipart/form-data; boundary=xx"],
      ...Object.entries(headers),
    ],
    body: bytes,
    pieceBytes: 1_024,
    response,
  });
  runPipeline(exchange, gateway.services);
  await until("it is on its way", () => gateway.sent.length > 0 || response.status > 0 || null);
  return { gateway, response };
}

Deno.test("a form with files that is too long to be held is checked as it passes, to its last field", async () => {
  const part = (name: string, value: string, more = "") =>
    `--xx\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const file = part("file", "A".repeat(20_000), '; filename="a.bin"');
  /** What became of a body that comes bit by bit, and whether the target had all of it. */
  const send = async (body: string, headers: Readonly<Record<string, string>> = {}) => {
    const { gateway, response } = await started(body, headers);
    let got = 0;
    let isWhole = false;
    gateway.sent[0]?.request.body?.start({
      data: (chunk) => void (got += chunk.length),
      end: () => void (isWhole = true),
      fail: () => undefined,
    });
    await until("it is over", () => isWhole || response.status > 0 || response.aborted !== null || null);
    return { isWhole, isShort: got < body.length, response, gateway };
  };
  const good = await send(`${part("title", "Notes")}${file}${part("pages", "12")}--xx--\r\n`);
  assert.deepEqual([good.isWhole, good.response.status], [true, 0]);
  for (
    const [last, place] of [[part("pages", "many"), "pages"], ["", "pages"], [
      part("pages", "1") + part("title", "T".repeat(21)),
      "title",
    ]] as const
  ) {
    const bad = await send(`${last === "" ? part("title", "Notes") : ""}${file}${last}--xx--\r\n`);
    assert.deepEqual([bad.isWhole, bad.isShort], [false, true], place);
    assert.equal(bad.response.status, 400);
    assert.match(bad.gateway.records[0]!.detail, /body/);
  }
  const packed = await send(file + file, { "content-encoding": "gzip" });
  assert.match(packed.response.body, /is longer than/);
});
