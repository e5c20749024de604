import assert from "node:assert/strict";
import type { ExampleRequest } from "../../src/waf/rule_files/rule_schema.ts";
import { PAYLOADS } from "./payloads.ts";
import { enforcingPolicy, refusedBy } from "./policy.ts";

/** The same value as an application may be sent it. */
function placed(name: string, payload: string): Readonly<Record<string, ExampleRequest>> {
  return {
    "query": { args: { [name]: payload } },
    "form": { form: { [name]: payload } },
    "JSON": { json: { [name]: payload } },
    "multipart": { multipart: [{ name, content: payload }] },
  };
}

Deno.test("payloads of every class are refused wherever they stand", async (t) => {
  const policy = enforcingPolicy();
  for (const [kind, payloads] of Object.entries(PAYLOADS)) {
    await t.step(kind, () => {
      const passed: string[] = [];
      for (const payload of payloads) {
        const name = kind === "SSRF" ? "url" : "q";
        for (const [place, request] of Object.entries(placed(name, payload))) {
          if (refusedBy(policy, request).length === 0) passed.push(`${place}: ${payload}`);
        }
      }
      assert.deepEqual(passed, []);
    });
  }
});

Deno.test("a payload is refused in the middle of long padding", () => {
  const policy = enforcingPolicy();
  for (
    const payload of [
      "' UNION SELECT password FROM users-- -",
      "<script>alert(1)</script>",
      ";cat /etc/passwd;",
    ]
  ) {
    for (const padding of ["a", " ", "lorem ipsum ", "/**/", "0123456789"]) {
      const long = padding.repeat(Math.ceil(20_000 / padding.length));
      const passed = refusedBy(policy, { form: { q: `${long}${payload}${long}` } }).length === 0;
      assert.ok(!passed, `${payload} between ${JSON.stringify(padding)}`);
    }
  }
});

const SENTENCES =
  "The parcel arrived on Tuesday but the second box was missing and nobody at your office could tell us where it " +
  "went. We would like to keep the lamp, return both chairs and get a refund for delivery, as promised in the letter " +
  "from March. My neighbour Margaret ordered another table last week; hers came complete within three days, well " +
  "packed, with clear instructions. Please answer before Friday because our family leaves for holiday then";

Deno.test("a payload behind a page of sentences is refused", () => {
  const policy = enforcingPolicy();
  const passed: string[] = [];
  let count = 0;
  for (const [kind, payloads] of Object.entries(PAYLOADS)) {
    if (!/^(?:SQL|XSS|command|PowerShell|server-side)/.test(kind)) continue;
    for (const payload of payloads) {
      count++;
      if (refusedBy(policy, { form: { q: `${SENTENCES} ${payload}` } }).length === 0) passed.push(payload);
    }
  }
  assert.ok(passed.length <= count * 0.05, passed.join("\n"));
});
