import assert from "node:assert/strict";
import { CORS_DEFAULTS } from "../../core/cors.ts";
import { DEFAULT_RESPONSE_FILTER } from "../../core/response_filter.ts";
import { makeControl } from "../../../tests/support/make_control.ts";
import { AegisError } from "../../core/errors.ts";
import { DEFAULT_ADAPTIVE, DEFAULT_CANARY } from "../../core/host_traffic.ts";
import { HOST_DEFAULTS } from "../../core/host.ts";

const TARGETS = [{ url: "http://127.0.0.1:3000" }];

Deno.test("a host says how its traffic is treated, and a change touches what it names alone", async () => {
  const made = await makeControl();
  const host = await made.do("hosts.create", { host: { domains: ["a.example"], targets: TARGETS } });
  assert.deepEqual([host.rate_limit, host.adaptive, host.canary, host.circuit_breaker, host.balance], [
    null,
    DEFAULT_ADAPTIVE,
    DEFAULT_CANARY,
    HOST_DEFAULTS.circuit_breaker,
    "round-robin",
  ]);
  const change = async (patch: object) =>
    await made.do("hosts.update", { id: host.id, host: patch as { notes: string } });
  assert.deepEqual((await change({ rate_limit: { burst: 7 } })).rate_limit, {
    requests_per_second: 100,
    burst: 7,
    per: "client",
  });
  assert.equal((await change({ rate_limit: { per: "host" } })).rate_limit!.burst, 7);
  assert.equal((await change({ adaptive: { max_rate: 500 } })).adaptive.min_rate, 10);
  assert.equal(
    (await change({ circuit_breaker: { failure_threshold: 9 } })).circuit_breaker.success_threshold,
    3,
  );
  assert.equal((await change({ canary: { percent: 5 } })).canary.sticky, true);
  assert.equal((await change({ notes: "x" })).rate_limit!.burst, 7);
  const known = await made.do("hosts.targets", { id: "a.example" });
  assert.deepEqual(known.rate, { configured: 100, now: 100 });
  assert.deepEqual(known.targets.map(({ breaker, warm_up, p95 }) => [breaker, warm_up, p95]), [[
    "closed",
    100,
    null,
  ]]);
  assert.equal((await change({ rate_limit: null })).rate_limit, null);
  await made.close();
});

Deno.test("a burst that no bucket can hold is refused with the most that one can", async () => {
  const made = await makeControl();
  const { id } = await made.do("hosts.create", { host: { domains: ["a.example"], targets: TARGETS } });
  for (const rate_limit of [{ requests_per_second: 1, burst: 1_801 }, { requests_per_second: 0.1 }]) {
    const burst = { burst: 1_801, ...rate_limit };
    await assert.rejects(
      made.do("hosts.update", { id, host: { rate_limit: burst } }),
      (thrown: AegisError) =>
        thrown.fields[0]!.field === "host.rate_limit.burst" &&
        /write at most/.test(thrown.fields[0]!.remedy!),
    );
  }
  await made.close();
});

Deno.test("of a CORS policy and a response filter that stay, only what is named changes", async () => {
  const made = await makeControl();
  const { id } = await made.do("hosts.create", {
    host: { domains: ["a.test"], targets: [{ url: "http://127.0.0.1:3000" }] },
  });
  const change = (host: object) => made.do("hosts.update", { id, host });
  await assert.rejects(change({ cors: { credentials: true } }), /no origin is named/);
  await change({ cors: { origins: ["https://app.test"] }, response_filter: { same_site: true } });
  const after = await change({
    cors: { credentials: true },
    response_filter: { headers: { frame_options: false } },
  });
  assert.deepEqual(after.cors, { ...CORS_DEFAULTS, origins: ["https://app.test"], credentials: true });
  assert.deepEqual(after.response_filter, {
    ...DEFAULT_RESPONSE_FILTER,
    same_site: true,
    headers: { ...DEFAULT_RESPONSE_FILTER.headers, frame_options: false },
  });
  await assert.rejects(change({ cors: { origins: ["*"] } }), /does not go with credentials/);
  assert.equal((await change({ cors: null })).cors, null);
  await made.close();
});
