import type { ReputationReason } from "../core/reputation_reason.ts";

/**
 * What each reason moves a reputation by. One point takes 2.4 hours to come back, and as long as a score is below 0 a
 * `managed` challenge asks for a proof; at −10 a client's rate is halved and it is banned for a while. So a single
 * mistake of a visitor (or of a rule) weighs little, and what honest programs also do, like sending too much at once
 * and slowing down when they are told to, weighs nothing.
 */
export const REPUTATION_POINTS: Readonly<Record<ReputationReason, number>> = Object.freeze({
  /** A request that the rules refused. */
  waf: -1,
  /** A sequence of requests that is an attack as a whole. */
  correlation: -3,
  /** Going on for three windows of 429s of the shield bucket, not each of them. */
  shield_limit: -0.5,
  /** A rate rule's count of failed answers was used up; once each period. Counts of requests say nothing of anybody. */
  rate_rule: -0.5,
  /** Framing that only a smuggler sends, floods of HTTP/2 frames. */
  protocol_abuse: -1,
  /** What broken clients also send. */
  malformed: -0.25,
  challenge_failed: -1,
  challenge_passed: 3,
  signed_in: 5,
  /** Known tools, and headers that no browser sends. */
  bot: -1,
  /** The analyst's view of a minute of a client's requests. */
  behaviour: -1,
});

/** From here on (spec 03: −10) a client is banned; a little above, because a score decays while it is looked at. */
export const BAN_REPUTATION = -9.9;
/** Long enough for the score to have left that line when the client comes back. */
export const REPUTATION_BAN_SECONDS = 3_600;

/** What a client's rate is multiplied with: 2 at +10, 1 at 0, ¾ at −5, ½ at −10, and evenly in between. */
export function rateFactor(score: number): number {
  return score > 0 ? 1 + score / 10 : 1 + score / 20;
}
