import assert from "node:assert/strict";
import { HostPatch } from "../config/host_schema.ts";
import { DEFAULT_ADAPTIVE, DEFAULT_CANARY } from "../core/host_traffic.ts";
import { HOST_DEFAULTS } from "../core/host.ts";
import { FormReader } from "./form_reader.ts";
import { hostPatch } from "./host_form.ts";

/** A block as its form sends it: numbers as texts, switches that are off not at all. */
function sent(prefix: string, block: object): Record<string, string> {
  const entries = Object.entries(block).filter(([, value]) => value !== false);
  return Object.fromEntries(entries.map(([key, value]) => [
    `${prefix}.${key}`,
    value === true ? "on" : value === null ? "" : String(value),
  ]));
}

const LIMITS = {
  ...sent("rate_limit", { requests_per_second: 2.5, burst: 30, per: "host" }),
  ...sent("adaptive", DEFAULT_ADAPTIVE),
  ...sent("circuit_breaker", HOST_DEFAULTS.circuit_breaker),
};

Deno.test("the limits of a host come back from its form as they were", () => {
  const patch = hostPatch("limits", new FormReader({ ...LIMITS, "rate_limit.on": "on" }));
  assert.deepEqual(HostPatch.parse(patch), {
    rate_limit: { requests_per_second: 2.5, burst: 30, per: "host" },
    adaptive: DEFAULT_ADAPTIVE,
    circuit_breaker: HOST_DEFAULTS.circuit_breaker,
  });
});

Deno.test("a limit that is switched off is taken away, whatever its fields say", () => {
  assert.equal(hostPatch("limits", new FormReader(LIMITS)).rate_limit, null);
});

Deno.test("the canary of a host comes back from its form as it was", () => {
  const canary = { ...DEFAULT_CANARY, percent: 12.5, sticky: false };
  assert.deepEqual(HostPatch.parse(hostPatch("canary", new FormReader(sent("canary", canary)))), { canary });
});

Deno.test("what is no number is told at its field", () => {
  assert.throws(
    () =>
      hostPatch("canary", new FormReader({ ...sent("canary", DEFAULT_CANARY), "canary.percent": "a tenth" })),
    (thrown: { fields: { field: string }[] }) => thrown.fields[0]!.field === "canary.percent",
  );
});
