import type { RequestRecord } from "../../src/core/record.ts";

/** A GET answered with 200 in 12 ms; `parts` says what is different. */
export function testRecord(parts: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: "01J",
    at: 0,
    hostId: "h1",
    host: "shop.example",
    client: "203.0.113.77",
    method: "GET",
    target: "/",
    protocol: "HTTP/1.1",
    scheme: "https",
    status: 200,
    action: "allowed",
    reason: null,
    detail: "",
    userAgent: "Firefox",
    requestBytes: 0,
    responseBytes: 0,
    latencyMs: 12,
    upstreamMs: 10,
    wafMs: 0.2,
    targetId: "",
    score: 0,
    threshold: 5,
    findings: [],
    ...parts,
  };
}
