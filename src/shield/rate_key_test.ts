import assert from "node:assert/strict";
import { HeaderList } from "../core/header_list.ts";
import { parseRateKey } from "../core/rate_rule.ts";
import { rateKeyValue } from "./rate_key.ts";

function value(key: string, fields: readonly (readonly [string, string])[]): string | null {
  return rateKeyValue(parseRateKey(key)!, "/a", HeaderList.from(fields));
}

function token(claims: unknown): [string, string] {
  const part = (json: unknown) =>
    new TextEncoder().encode(JSON.stringify(json)).toBase64({ alphabet: "base64url", omitPadding: true });
  return ["authorization", `Bearer ${part({ alg: "HS256" })}.${part(claims)}.c2ln`];
}

Deno.test("a key is a path, a header, a cookie or a token's subject", () => {
  assert.equal(value("path", []), "/a");
  assert.equal(value("header:X-Api-Key", [["x-api-key", "k1"]]), "k1");
  assert.equal(value("cookie:sid", [["cookie", "a=1; sid=s1"], ["cookie", "b=2"]]), "s1");
  assert.equal(value("cookie:sid", [["cookie", "xsid=1"], ["cookie", "sid=s2"]]), "s2");
  assert.equal(value("jwt-sub", [token({ sub: "ann" })]), "ann");
});

Deno.test("where there is no such value, the client's other requests are counted with it", () => {
  assert.equal(value("client", []), null);
  assert.equal(value("header:x-api-key", []), null);
  assert.equal(value("cookie:sid", [["cookie", "sidx=1; nothing"]]), null);
  for (const claims of [{}, { sub: 1 }, { sub: "" }, null, []]) {
    assert.equal(value("jwt-sub", [token(claims)]), null);
  }
  for (const text of ["Basic YTpi", "Bearer", "Bearer a.b", "Bearer a.!!.c", "Bearer e30.e3.c"]) {
    assert.equal(value("jwt-sub", [["authorization", text]]), null);
  }
});

Deno.test("names of keys that could not be read are none", () => {
  for (const text of ["", "ip", "header:", "header:a b", "cookie:a;b", "header:x:y", "client:x"]) {
    assert.equal(parseRateKey(text), null, text);
  }
});
