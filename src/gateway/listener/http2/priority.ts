/** How urgent an answer is, 0 the most, and whether its parts are of use before the whole (RFC 9218, 4). */
export interface Priority {
  readonly urgency: number;
  readonly incremental: boolean;
}

export const DEFAULT_PRIORITY: Priority = Object.freeze({ urgency: 3, incremental: false });

/** No client that means well writes more. */
const MAX_CHARS = 256;
const MEMBER = /^\s*([a-z*][a-z0-9_.*-]*)(?:=([^;]*))?(?:;.*)?$/;

/**
 * The value of a Priority field: a dictionary of structured fields (RFC 8941) of which only `u` and `i` have a meaning.
 * Whatever is not understood is as if it were not there (RFC 9218, 4).
 */
export function parsePriority(text: string): Priority {
  switch (text) {
    case "u=0, i":
    case "u=1, i":
    case "u=2, i":
    case "u=3, i":
    case "u=4, i":
    case "u=5, i":
    case "u=6, i":
    case "u=7, i":
      return PLAIN[8 + text.charCodeAt(2) - 0x30]!;
    case "u=0":
    case "u=1":
    case "u=2":
    case "u=3":
    case "u=4":
    case "u=5":
    case "u=6":
    case "u=7":
      return PLAIN[text.charCodeAt(2) - 0x30]!;
  }
  if (text.length > MAX_CHARS) return DEFAULT_PRIORITY;
  let { urgency, incremental } = DEFAULT_PRIORITY;
  for (const each of text.split(",")) {
    const match = MEMBER.exec(each);
    if (match === null) continue;
    const value = match[2]?.trim();
    if (match[1] === "u" && value !== undefined && /^[0-7]$/.test(value)) urgency = Number(value);
    else if (match[1] === "i" && (value === undefined || value === "?1")) incremental = true;
    else if (match[1] === "i" && value === "?0") incremental = false;
  }
  return PLAIN[(incremental ? 8 : 0) + urgency]!;
}

/** What browsers send, parsed once: urgency 0 to 7, then the same as incremental. */
const PLAIN: readonly Priority[] = Array.from(
  { length: 16 },
  (_, i) => Object.freeze({ urgency: i & 7, incremental: i >= 8 }),
);

const MAX_EARLY = 32;

/** PRIORITY_UPDATE that came before their requests (RFC 9218, 7.1); of too many the oldest are forgotten. */
export class EarlyPriorities {
  readonly #ids: number[] = [];
  readonly #priorities: Priority[] = [];

  put(id: number, priority: Priority): void {
    this.take(id);
    if (this.#ids.length >= MAX_EARLY) {
      this.#ids.shift();
      this.#priorities.shift();
    }
    this.#ids.push(id);
    this.#priorities.push(priority);
  }

  /** The priority that was announced for `id`, which is forgotten; or null. */
  take(id: number): Priority | null {
    const at = this.#ids.indexOf(id);
    if (at < 0) return null;
    this.#ids.splice(at, 1);
    return this.#priorities.splice(at, 1)[0]!;
  }
}
