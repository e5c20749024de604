/**
 * How much each byte speaks for text, as a table: text and whole UTF-8 sequences (the overlong of two bytes among
 * them) speak for it, bytes of no character three times as much against it, a single control character or NULs say
 * nothing. A table, because a branch on random bytes costs more than all else that is done with them.
 */
const TEXT = 0;
const NUL = 1;
const CONTROL = 2;
const CONTINUATION = 3;
/** Leads of two, three and four bytes follow each other. */
const LEAD = 4;
const NO_CHARACTER = 7;
const CLASSES = 8;

/** Weight of a byte that belongs to no character. */
const AGAINST = -3;

/** States: text before, a control character before, and by how many bytes a sequence has and still needs. */
const AFTER_TEXT = 0;
const AFTER_CONTROL = 1;
const SEQUENCES: readonly (readonly [length: number, missing: number])[] = [
  [2, 1],
  [3, 2],
  [4, 3],
  [3, 1],
  [4, 2],
  [4, 1],
];
const FIRST_SEQUENCE = 2;

/** The class of each code up to 0xff, and behind them that of all wider ones: text. */
export const CLASS_OF: Uint8Array = Uint8Array.from({ length: 257 }, (_, code) => classOf(code));

function classOf(code: number): number {
  if (code === 0) return NUL;
  if (code < 9 || (code > 13 && code < 0x20) || code === 0x7f) return CONTROL;
  if (code < 0x80 || code > 0xff) return TEXT;
  if (code < 0xc0) return CONTINUATION;
  return code < 0xe0 ? LEAD : code < 0xf0 ? LEAD + 1 : code < 0xf5 ? LEAD + 2 : NO_CHARACTER;
}

/** [state | class]: the next state (a multiple of 8) above bit 8, and the weight plus 16 below. */
export const STEPS: Int32Array = Int32Array.from(
  { length: (FIRST_SEQUENCE + SEQUENCES.length) * CLASSES },
  (_, at) => stepOf(Math.floor(at / CLASSES), at % CLASSES),
);

function stepOf(state: number, byte: number): number {
  const sequence = SEQUENCES[state - FIRST_SEQUENCE];
  if (sequence === undefined) return packed(...plainStep(state, byte));
  const [length, missing] = sequence;
  if (byte !== CONTINUATION) {
    const [next, weight] = plainStep(AFTER_TEXT, byte);
    return packed(next, weight + AGAINST);
  }
  if (missing === 1) return packed(AFTER_TEXT, length);
  return packed(FIRST_SEQUENCE + SEQUENCES.findIndex(([l, m]) => l === length && m === missing - 1), 0);
}

function plainStep(state: number, byte: number): [next: number, weight: number] {
  if (byte === TEXT) return [AFTER_TEXT, 1];
  if (byte === NUL) return [AFTER_CONTROL, 0];
  if (byte === CONTROL) return [AFTER_CONTROL, state === AFTER_CONTROL ? -1 : 0];
  if (byte === CONTINUATION || byte === NO_CHARACTER) return [AFTER_TEXT, AGAINST];
  return [FIRST_SEQUENCE + byte - LEAD, 0];
}

function packed(state: number, weight: number): number {
  return ((state * CLASSES) << 8) | (weight + 16);
}
