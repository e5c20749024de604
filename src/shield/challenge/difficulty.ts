export type Level = 1 | 2 | 3 | 4 | 5;

/**
 * Leading zero bits of each of the proof's parts. Some 2.5 million attempts a second (a browser's script on one core
 * of a server of today) make this 50 ms, 0.2 s, 0.8 s, 3.4 s and 13 s in all.
 */
const BITS: Readonly<Record<Level, number>> = { 1: 14, 2: 16, 3: 18, 4: 20, 5: 22 };

/** Parts of one proof. Several small ones take a steadier time than one large one, and show how far it is. */
export const PROOF_PARTS = 8;

export function bitsOf(level: Level): number {
  return BITS[level];
}

/** What the difficulty of a challenge follows. */
export interface Circumstances {
  readonly underAttack: boolean;
  /** The machine has more to do than it can. */
  readonly underLoad: boolean;
  /** -10 to 10. */
  readonly reputation: number;
  readonly botScore: number;
  readonly isPhone: boolean;
  /** No other challenge was given to the client's network in the last time. */
  readonly isFirstTry: boolean;
}

const HOSTILE_REPUTATION = -5;
const HOSTILE_SCORE = 6;

/** 2; 3 under attack; more for clients that look hostile and while the machine is busy; 1 on a phone's first try. */
export function levelFor(facts: Circumstances): Level {
  const looksHostile = facts.reputation <= HOSTILE_REPUTATION || facts.botScore >= HOSTILE_SCORE;
  if (facts.isPhone && facts.isFirstTry && !looksHostile) return 1;
  const level = 2 + Number(facts.underAttack) + Number(facts.underLoad) + Number(looksHostile);
  return Math.min(level, 5) as Level;
}
