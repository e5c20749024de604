import assert from "node:assert/strict";
import { CORS_DEFAULTS } from "../core/cors.ts";
import { CorsInput } from "./cors_schema.ts";

function faultsOf(cors: unknown): string[] {
  const read = CorsInput.safeParse(cors);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

Deno.test("a policy needs its origins only", () => {
  const origins = [" HTTPS://App.test/ ", "https://*.b.test:8443", "null", "http://[::1]:3000"];
  assert.deepEqual(CorsInput.parse({ origins }), {
    ...CORS_DEFAULTS,
    origins: ["https://app.test", "https://*.b.test:8443", "null", "http://[::1]:3000"],
  });
  assert.equal(CorsInput.parse(null), null);
});

Deno.test("origins with paths, inner wildcards or other schemes are refused", () => {
  for (const origin of ["https://a.test/x", "https://a.*.test", "ftp://a.test", "a.test", "https://*", ""]) {
    assert.deepEqual(faultsOf({ origins: [origin] }), [`origins.0: "${origin}" is no origin`]);
  }
});

Deno.test("everybody never goes with credentials, by whatever name, nor with others", () => {
  assert.deepEqual(faultsOf({ origins: ["*"], credentials: true }), [
    "origins: everybody (*) does not go with credentials",
  ]);
  // [SECURITY] Every page can have that origin: a sandboxed frame is enough.
  assert.deepEqual(faultsOf({ origins: ["null"], credentials: true }), [
    "origins: null is the origin of any page's sandboxed frame, and does not go with credentials",
  ]);
  assert.deepEqual(faultsOf({ origins: ["*", "https://a.test"] }), ["origins: * stands for all others too"]);
});
