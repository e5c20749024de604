import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { ManualClock } from "../../src/core/clock.ts";
import { HeaderList } from "../../src/core/header_list.ts";
import { canonicalPath } from "../../src/lib/canonical_path.ts";
import { BUILTIN_RULE_FILES } from "../../src/waf/rule_files/builtin.ts";
import { compileWaf, type HostPolicy, type WafRequest } from "../../src/waf/engine.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";

const policy = compileWaf({
  rules: loadRuleFiles(BUILTIN_RULE_FILES).map((each) => each.rule),
  ruleSwitches: {},
  exceptions: [],
  paranoiaLevel: 4,
  threshold: 5,
  hashKey: "00",
  maxInspectBytes: 64 * 1024,
  clock: new ManualClock(),
}).hostPolicy({
  id: "fuzz",
  domains: ["fuzz.example"],
  waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: "off" },
});

const TYPES = [
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=ibm037",
  "application/json",
  "application/x-ndjson",
  "application/xml; charset=utf-16",
  "text/xml",
  "text/plain; charset=utf-7",
  "multipart/form-data; boundary=x",
  'multipart/form-data; boundary="x"; boundary=y',
  "multipart/form-data",
  "application/octet-stream",
  "application/json, text/xml",
  "\xff\x00;=;",
  "",
];
const SYNTAX = [
  "--x\r\n",
  "\r\n--x--\r\n",
  "--x--",
  "Content-Disposition: form-data; name=a; filename*=utf-8''%27\r\n\r\n",
  "content-disposition: form-data; name=\"a\"; name='b'\r\n",
  '{"a":[',
  '"\\u003c',
  "]}",
  "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
  "<a b='c'>",
  "&b;",
  "</a>",
  "a=1&b=%27",
  "%u0041%zz",
  "' or 1=1--",
  "<script>",
  "\xef\xbb\xbf",
  "\xff\xfe",
  "\0",
];

/** One char a byte, as the wire's bytes reach the engine. */
const byteText = fc.oneof(
  fc.constantFrom(...SYNTAX),
  fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
);
const longText = fc.array(byteText, { maxLength: 12 }).map((pieces) => pieces.join(""));
const name = fc.oneof(
  fc.constantFrom("cookie", "referer", "authorization", "content-encoding", "content-type", "x"),
  byteText,
);

const anyRequest = fc.record({
  method: fc.oneof(fc.constantFrom("GET", "POST", "PUT", "DELETE"), byteText),
  path: longText,
  query: fc.option(longText),
  headers: fc.array(fc.tuple(name, longText), { maxLength: 8 }),
  type: fc.option(fc.constantFrom(...TYPES)),
  body: longText,
  encoding: fc.constantFrom("", "gzip", "deflate", "br", "gzip, br", "identity", "snappy"),
  cut: fc.nat({ max: 200 }),
});
type AnyRequest = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never;

function requestFrom(any: AnyRequest): WafRequest {
  const headers = HeaderList.from(any.headers);
  if (any.type !== null) headers.append("content-type", any.type);
  if (any.encoding !== "") headers.append("content-encoding", any.encoding);
  const rawPath = `/${any.path}`;
  return {
    method: any.method,
    rawPath,
    path: canonicalPath(rawPath).path,
    rawQuery: any.query,
    headers,
    clientAddress: "192.0.2.1",
    protocol: "HTTP/1.1",
  };
}

function encoded(any: AnyRequest): Uint8Array {
  const bytes = Buffer.from(any.body, "latin1");
  switch (any.cut % 3 === 0 ? "" : any.encoding) {
    case "gzip":
      return gzipSync(bytes);
    case "deflate":
      return any.cut % 2 === 0 ? deflateSync(bytes) : deflateRawSync(bytes);
    case "br":
      return brotliCompressSync(bytes);
    default:
      return bytes;
  }
}

/** `inTurns`: the least that can be judged at once, and the rest later. */
function judgeWhole(host: HostPolicy, any: AnyRequest, inTurns = false): string {
  const transaction = host.begin(requestFrom(any));
  const head = transaction.requestHead();
  let body = transaction.beginBody(encoded(any), null, inTurns ? 0 : Infinity);
  while (body === null) body = transaction.goOn(0);
  const response = transaction.responseHead(200, HeaderList.from(any.headers));
  const found = transaction.findings.map((each) => `${each.ruleId} ${each.target} ${each.span.join("-")}`);
  assert.ok(transaction.findings.every((each) => each.value.length <= 600));
  return JSON.stringify([head, body, response, transaction.score, found]);
}

Deno.test("no request makes the engine throw, and a remembered value changes nothing", () => {
  fc.assert(
    fc.property(anyRequest, (any) => {
      const first = judgeWhole(policy, any);
      for (let again = 0; again < 3; again++) assert.equal(judgeWhole(policy, any), first);
      assert.equal(judgeWhole(policy, any, true), first);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("no request makes the engine throw window by window", () => {
  fc.assert(
    fc.property(anyRequest, (any) => {
      const transaction = policy.begin(requestFrom(any));
      transaction.requestHead();
      const bytes = encoded(any);
      const step = Math.max(1, any.cut);
      for (let at = 0; at < bytes.length; at += step) {
        transaction.requestBodyWindow(bytes.subarray(at, at + step));
      }
      transaction.requestBodyEnd();
    }),
    { numRuns: 1500 },
  );
});
