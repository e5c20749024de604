import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { buildRequest } from "../../src/waf/rule_files/example_request.ts";
import { DIFFERENCES } from "./differences.ts";
import { enforcingPolicy } from "./policy.ts";

const PAYLOADS = ["x' UNION SELECT name,password FROM users-- -", "<script>alert(document.cookie)</script>"];

Deno.test("what a firewall and an application read differently is refused", async (t) => {
  const policy = enforcingPolicy();
  for (const [name, write] of Object.entries(DIFFERENCES)) {
    await t.step(name, () => {
      for (const payload of PAYLOADS) {
        const { headers, body } = write(payload);
        const fields = Object.fromEntries(
          Object.entries(headers).map((
            [key, value],
          ) => [key, typeof value === "string" ? value : [...value]]),
        );
        const { request } = buildRequest({
          method: "POST",
          headers: { ...fields, "content-length": String(body.length) },
        });
        const whole = policy.begin(request);
        const decision = whole.requestHead() === "refuse" ? "refuse" : whole.requestBody(Buffer.from(body));
        assert.equal(decision, "refuse", payload);
      }
    });
  }
});
