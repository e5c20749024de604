import { AegisError } from "../../src/core/errors.ts";
import type { OperationOutput } from "../../src/control/operation.ts";
import { NOW } from "./admin_fixture_data.ts";

type Reputation = OperationOutput<"reputation.get">;

const WORST: readonly Reputation[] = [
  {
    network: "2001:db8:abcd:12::/64",
    score: -9.41,
    rate_factor: 0.53,
    reasons: [
      { reason: "waf", times: 15, points: -1 },
      { reason: "shield_limit", times: 3, points: -0.5 },
    ],
    changed_at: NOW - 240_000,
  },
  {
    network: "203.0.113.66",
    score: -2.5,
    rate_factor: 0.88,
    reasons: [{ reason: "challenge_failed", times: 1, points: -1 }],
    changed_at: NOW - 3_600_000,
  },
];

export function limits(): OperationOutput<"limits.status"> {
  return {
    rate: 100,
    burst: 150,
    clients: 1_284,
    refused_clients: 3,
    forgotten: 0,
    good: 41,
    bad: 2,
    worst: [...WORST],
  };
}

export function reputation(address: string): Reputation {
  if (!/^[\da-f.:]+$/.test(address)) {
    throw new AegisError("invalid_input", "id: is no address", {
      fields: [{ field: "id", message: "is no address", remedy: "write 192.0.2.7 or 2001:db8::7" }],
    });
  }
  const known = WORST.find(({ network }) => network === address);
  return known ?? { network: address, score: 0, rate_factor: 1, reasons: [], changed_at: null };
}
