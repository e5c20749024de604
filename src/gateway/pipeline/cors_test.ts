/** CORS, SameSite and what leaves an answer, through the whole pipeline. */
import assert from "node:assert/strict";
import { CORS_DEFAULTS } from "../../core/cors.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { Host } from "../../core/host.ts";
import { DEFAULT_RESPONSE_FILTER } from "../../core/response_filter.ts";
import {
  fakeExchange,
  type FakeExchangeParts,
  RecordedResponse,
} from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { runPipeline } from "./pipeline.ts";

const POLICY = { ...CORS_DEFAULTS, origins: ["https://app.test", "https://*.partner.test"] };
const FIELDS: readonly [string, string][] = [["host", "a.test"]];

function run(host: Partial<Host>, parts: FakeExchangeParts) {
  const gateway = fakeGateway(fakeSnapshot({ hosts: [fakeHost(host)] }));
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ headers: FIELDS, ...parts, response }), gateway.services);
  return { gateway, response };
}

/** The answer of a target to a request with `origin`. */
function answered(host: Partial<Host>, origin: string | null, answer: [string, string][]): HeaderList {
  const headers = origin === null ? FIELDS : [...FIELDS, ["origin", origin] as [string, string]];
  const { gateway, response } = run(host, { headers });
  gateway.sent[0]!.sink.head(200, HeaderList.from(answer), 0);
  return response.headers;
}

function preflight(host: Partial<Host>, origin: string) {
  const headers: [string, string][] = [
    ...FIELDS,
    ["origin", origin],
    ["access-control-request-method", "PUT"],
    ["access-control-request-headers", "x-a, <b>"],
  ];
  return run(host, { method: "OPTIONS", headers });
}

Deno.test("a preflight is answered by the policy, and never reaches the target", () => {
  const { gateway, response } = preflight({ cors: { ...POLICY, credentials: true } }, "https://app.test");
  assert.equal(gateway.sent.length, 0);
  assert.equal(response.status, 204);
  const { headers } = response;
  assert.equal(headers.get("access-control-allow-origin"), "https://app.test");
  assert.equal(headers.get("access-control-allow-credentials"), "true");
  assert.equal(headers.get("access-control-allow-methods"), "GET, HEAD, POST");
  assert.equal(headers.get("access-control-max-age"), "600");
  assert.equal(headers.get("vary"), "Origin");
});

Deno.test("a preflight of a foreign origin gets no permission, and is refused where the policy says so", () => {
  const quiet = preflight({ cors: POLICY }, "https://evil.test").response;
  assert.deepEqual([quiet.status, quiet.headers.has("access-control-allow-origin")], [204, false]);
  const blocked = preflight({ cors: { ...POLICY, block_foreign: true } }, "https://evil.test").response;
  assert.equal(blocked.status, 403);
});

Deno.test("without a policy preflights and answers pass untouched", () => {
  assert.equal(preflight({}, "https://app.test").gateway.sent.length, 1);
  const headers = answered({}, "https://app.test", [["access-control-allow-origin", "*"]]);
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.equal(headers.has("vary"), false);
});

Deno.test("where any header may be asked for, only names of headers are said back", () => {
  const { response } = preflight({ cors: { ...POLICY, headers: ["*"] } }, "https://app.test");
  assert.equal(response.headers.get("access-control-allow-headers"), "x-a");
});

Deno.test("the policy's answer stands in place of the target's, and Vary is merged", () => {
  const sent: [string, string][] = [["access-control-allow-origin", "*"], ["vary", "Accept"]];
  const allowed = answered({ cors: POLICY }, "https://x.partner.test", sent);
  assert.deepEqual(allowed.all("access-control-allow-origin"), ["https://x.partner.test"]);
  assert.equal(allowed.get("vary"), "Accept, Origin");
  for (
    const origin of ["https://evil.test", "https://evil.test/.partner.test", "http://x.partner.test", null]
  ) {
    const headers = answered({ cors: POLICY }, origin, sent);
    assert.equal(headers.has("access-control-allow-origin"), false, String(origin));
    assert.equal(headers.get("vary"), "Accept, Origin");
  }
});

Deno.test("everybody is never everybody with credentials", () => {
  const open = { ...POLICY, origins: ["*"] };
  assert.equal(answered({ cors: open }, "https://evil.test", []).get("access-control-allow-origin"), "*");
  const headers = answered({ cors: { ...open, credentials: true } }, "https://evil.test", []);
  assert.equal(headers.has("access-control-allow-origin"), false);
  assert.equal(headers.has("access-control-allow-credentials"), false);
});

Deno.test("foreign origins are refused where the policy says so; the host's own pages and programs are not", () => {
  const cors = { ...POLICY, block_foreign: true };
  const statusOf = (origin: string | null) => {
    const headers = origin === null ? FIELDS : [...FIELDS, ["origin", origin] as [string, string]];
    const { gateway, response } = run({ cors }, { method: "POST", headers });
    return gateway.sent.length === 1 ? "sent" : response.status;
  };
  assert.equal(statusOf("https://evil.test"), 403);
  assert.equal(statusOf("null"), 403);
  for (const origin of ["https://app.test", "https://a.test", "http://a.test", null]) {
    assert.equal(statusOf(origin), "sent", String(origin));
  }
});

Deno.test("a page of an allowed origin can read why it was refused", () => {
  const headers: [string, string][] = [...FIELDS, ["origin", "https://app.test"]];
  const { response } = run({ cors: POLICY, allowed_methods: ["GET"] }, { method: "PUT", headers });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET");
  assert.equal(response.headers.get("access-control-allow-origin"), "https://app.test");
});

Deno.test("cookies without SameSite become Lax, but for those that are exempt or belong to a sign-in elsewhere", () => {
  const response_filter = { ...DEFAULT_RESPONSE_FILTER, same_site: true, same_site_exempt: ["idp"] };
  const cookies: [string, string][] = [
    ["set-cookie", "a=1; Path=/"],
    ["set-cookie", "b=samesite; SameSite=None; Secure"],
    ["set-cookie", "idp=2"],
  ];
  assert.deepEqual(answered({ response_filter }, null, cookies).all("set-cookie"), [
    "a=1; Path=/; SameSite=Lax",
    "b=samesite; SameSite=None; Secure",
    "idp=2",
  ]);
  const leaving: [string, string][] = [...cookies, ["location", "https://idp.test/sso?SAMLRequest=fZ"]];
  assert.equal(answered({ response_filter }, null, leaving).all("set-cookie")[0], "a=1; Path=/");
  // [SECURITY] A query that the application repeats is no sign-in elsewhere.
  const staying: [string, string][] = [...cookies, ["location", "/home?next=/&SAMLRequest=x"]];
  assert.equal(
    answered({ response_filter }, null, staying).all("set-cookie")[0],
    "a=1; Path=/; SameSite=Lax",
  );
  assert.equal(answered({}, null, cookies).all("set-cookie")[0], "a=1; Path=/");
});

Deno.test("each security header has its switch, and a target's own stays; listed fields leave", () => {
  const response_filter = {
    ...DEFAULT_RESPONSE_FILTER,
    headers: { ...DEFAULT_RESPONSE_FILTER.headers, frame_options: false, content_security_policy: true },
    remove: ["x-backend"],
  };
  const headers = answered({ response_filter }, null, [
    ["x-backend", "7"],
    ["x-powered-by", "PHP"],
    ["referrer-policy", "no-referrer"],
  ]);
  assert.equal(headers.has("x-frame-options"), false);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("content-security-policy-report-only"), "default-src 'self'");
  assert.deepEqual(headers.all("referrer-policy"), ["no-referrer"]);
  assert.deepEqual([headers.has("x-backend"), headers.has("x-powered-by")], [false, false]);
});

Deno.test("[SECURITY] a stored policy with null and credentials lets nobody in by that name", () => {
  const cors = { ...CORS_DEFAULTS, origins: ["https://app.test", "null"] };
  const named = (credentials: boolean) =>
    answered({ cors: { ...cors, credentials } }, "null", []).get("access-control-allow-origin");
  assert.equal(named(true), undefined);
  assert.equal(named(false), "null");
});
