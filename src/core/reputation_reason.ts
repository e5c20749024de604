/**
 * What a client's reputation was moved by. The order is that of the counters in shared memory; sixteen is the most
 * that there is room for.
 */
export const REPUTATION_REASONS = Object.freeze(
  [
    "waf",
    "correlation",
    "shield_limit",
    "rate_rule",
    "protocol_abuse",
    "malformed",
    "challenge_failed",
    "challenge_passed",
    "signed_in",
    "bot",
    "behaviour",
  ] as const,
);

export type ReputationReason = typeof REPUTATION_REASONS[number];

export const WORST_REPUTATION = -10;
export const BEST_REPUTATION = 10;
/** From either end to 0, at an even pace. */
export const REPUTATION_DECAY_MS = 86_400_000;
