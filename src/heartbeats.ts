interface Pulse {
  /** Another number than before: it has beaten since. */
  readonly tick: () => number;
  /** Looks in a row without a beat after which it is taken for hung. */
  readonly most: number;
  last: number;
  /** Looks since the last beat; below zero while it starts. */
  missed: number;
}

/**
 * Which threads still turn. Counted in looks, not in time: a process that was stopped as a whole, or a machine that
 * slept, finds all its threads silent for long when it goes on, and none of them hangs.
 */
export class Heartbeats {
  readonly #pulses = new Map<string, Pulse>();

  /** A thread begins. Before its first beat it has `starting` looks more. */
  begin(name: string, tick: () => number, most: number, starting: number): void {
    this.#pulses.set(name, { tick, most, last: tick(), missed: -starting });
  }

  /** It has ended; nobody looks at it any more. */
  end(name: string): void {
    this.#pulses.delete(name);
  }

  /** Looks at all of them: who has beaten since the last look, and who is to be given up. */
  look(): { readonly beating: ReadonlySet<string>; readonly hung: readonly string[] } {
    const beating = new Set<string>();
    const hung: string[] = [];
    for (const [name, pulse] of this.#pulses) {
      const now = pulse.tick();
      if (now !== pulse.last) {
        pulse.last = now;
        pulse.missed = 0;
        beating.add(name);
      } else if (++pulse.missed >= pulse.most) hung.push(name);
    }
    return { beating, hung };
  }
}
