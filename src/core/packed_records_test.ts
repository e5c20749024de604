import { deepEqual, equal } from "node:assert/strict";
import { isPackable, packRecord, RECORD_NUMBERS, unpackRecords } from "./packed_records.ts";
import type { RequestRecord } from "./record.ts";

const RECORD: RequestRecord = {
  id: "01HZZZZZZZZZZZZZZZZZZZZZZZ",
  at: 1_700_000_000_123,
  hostId: "h1",
  host: "a.test",
  client: "192.0.2.1",
  country: "DE",
  city: "Köln",
  asn: 0,
  method: "GET",
  target: "/caf\xe9?token=***",
  protocol: "HTTP/2",
  scheme: "https",
  status: 200,
  action: "allowed",
  reason: null,
  detail: "",
  userAgent: "curl/8",
  program: { botMarks: 5, fingerprint: "o00", http2: "1:2|3", ja4: "t13d" },
  requestBytes: 2 ** 40,
  responseBytes: 1_024,
  latencyMs: 1.25,
  upstreamMs: -1,
  wafMs: 0.5,
  targetId: "t1",
  score: 3,
  threshold: 5,
  findings: [],
};

Deno.test("records arrive as they were packed, one behind the other", () => {
  const { country: _, city: _city, asn: _asn, program: _program, ...bare } = RECORD;
  const records = [
    RECORD,
    { ...bare, detail: "line\nline", target: "", action: "challenged" as const },
    RECORD,
  ];
  const numbers = new Float64Array(records.length * RECORD_NUMBERS);
  const texts = records.map((record, i) => packRecord(record, numbers, i * RECORD_NUMBERS));
  deepEqual(unpackRecords({ texts, numbers }), records);
});

Deno.test("what has findings, a reason or repeats stays an object", () => {
  equal(isPackable(RECORD), true);
  equal(isPackable({ ...RECORD, reason: "ban" }), false);
  const repeats = { requests: 1, lastAt: 0, requestBytes: 0, responseBytes: 0, latency: [] };
  equal(isPackable({ ...RECORD, repeats }), false);
  equal(isPackable({ ...RECORD, findings: [{} as RequestRecord["findings"][number]] }), false);
});
