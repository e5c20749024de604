import type { Clock } from "../core/clock.ts";

/**
 * Why clients are asked to prove themselves, the strongest last: `statistics` is far more requests than usual,
 * `operator` switched it on until a time, `load` is too many requests in flight (all hosts).
 */
export type AlarmLevel = "none" | "statistics" | "operator" | "load";

/** What stages ask of the alarm. `hostSlot`: of `Snapshot.hostSlots`; -1: the host has none, what holds globally does. */
export interface Alarm {
  isUnderAttack(hostSlot: number): boolean;
  /** The strongest word of host and process. */
  level(hostSlot: number): AlarmLevel;
}

/** Hosts whose requests are counted one by one; those beyond share the global alarm. */
export const ALARM_HOSTS = 16_384;

/** Doubles that control writes of each cell. */
const CAUSES = 0;
const UNTIL = 1;
const FLAGS = 2;
/** Bits of `CAUSES`. */
const BITS = Object.freeze({ statistics: 1, load: 2 });
/** Doubles before a gateway's counts by cell: its requests in flight, then the rest of a cache line. */
const ROW_HEAD = 8;

/** Cell 0 is the process; a host has the one after its slot. */
const GLOBAL = 0;

export function createSharedAlarm(gateways: number, hosts: number = ALARM_HOSTS): SharedArrayBuffer {
  const cells = hosts + 1;
  const doubles = cells * FLAGS + gateways * rowOf(cells);
  return new SharedArrayBuffer(doubles * Float64Array.BYTES_PER_ELEMENT);
}

function rowOf(cells: number): number {
  return ROW_HEAD + Math.ceil(cells / ROW_HEAD) * ROW_HEAD;
}

function cellsOf(buffer: SharedArrayBuffer, gateways: number): number {
  const doubles = buffer.byteLength / Float64Array.BYTES_PER_ELEMENT;
  let cells = Math.floor((doubles - gateways * ROW_HEAD) / (FLAGS + gateways));
  while (cells * FLAGS + gateways * rowOf(cells) > doubles) cells--;
  return cells;
}

/**
 * Who is under attack, and what that is judged by, for all threads. Control alone writes the flags, each gateway its own
 * row of counts, so plain stores do: an aligned double is never torn on the 64-bit machines that this runs on. A request
 * pays two additions and, where somebody asks, two reads.
 */
export class SharedAlarm implements Alarm {
  /** Hosts that there are cells for. */
  readonly hosts: number;
  readonly #words: Float64Array;
  readonly #gateways: number;
  readonly #clock: Pick<Clock, "now">;
  readonly #cells: number;
  readonly #width: number;
  /** Of this gateway. */
  readonly #row: number;

  /** `index`: the gateway that this thread is; threads that are none count nothing, and may give any. */
  constructor(buffer: SharedArrayBuffer, gateways: number, index: number, clock: Pick<Clock, "now">) {
    this.#words = new Float64Array(buffer);
    this.#gateways = gateways;
    this.#clock = clock;
    this.#cells = cellsOf(buffer, gateways);
    this.hosts = this.#cells - 1;
    this.#width = rowOf(this.#cells);
    this.#row = this.#rowAt(index);
  }

  isUnderAttack(hostSlot: number): boolean {
    return this.#isOn(GLOBAL) || (this.#has(hostSlot) && this.#isOn(hostSlot + 1));
  }

  level(hostSlot: number): AlarmLevel {
    const host = this.#has(hostSlot) ? hostSlot + 1 : GLOBAL;
    const causes = this.#words[GLOBAL * FLAGS + CAUSES]! | this.#words[host * FLAGS + CAUSES]!;
    if ((causes & BITS.load) !== 0) return "load";
    if (this.#isUntil(GLOBAL) || this.#isUntil(host)) return "operator";
    return (causes & BITS.statistics) !== 0 ? "statistics" : "none";
  }

  // A gateway, of its own requests.

  /** A request begins; `leave` follows exactly once, at its end or when it becomes a tunnel or an event stream. */
  enter(): void {
    this.#words[this.#row]! += 1;
    this.#words[this.#row + ROW_HEAD + GLOBAL]! += 1;
  }

  leave(): void {
    this.#words[this.#row]! -= 1;
  }

  /** One that left comes back: it was held, and goes on. */
  comeBack(): void {
    this.#words[this.#row]! += 1;
  }

  /** It is for this host. */
  arrived(hostSlot: number): void {
    if (this.#has(hostSlot)) this.#words[this.#row + ROW_HEAD + hostSlot + 1]! += 1;
  }

  // Control.

  /** Requests in flight in all gateways, without tunnels and event streams. */
  inFlight(): number {
    let sum = 0;
    for (let gateway = 0; gateway < this.#gateways; gateway++) sum += this.#words[this.#rowAt(gateway)]!;
    return sum;
  }

  /** Requests since the process began, of one host or (null) of all. */
  requests(hostSlot: number | null): number {
    const cell = this.#cellOf(hostSlot);
    if (cell < 0) return 0;
    let sum = 0;
    for (let gateway = 0; gateway < this.#gateways; gateway++) {
      sum += this.#words[this.#rowAt(gateway) + ROW_HEAD + cell]!;
    }
    return sum;
  }

  set(hostSlot: number | null, cause: keyof typeof BITS, isOn: boolean): void {
    const cell = this.#cellOf(hostSlot);
    if (cell < 0) return;
    const causes = this.#words[cell * FLAGS + CAUSES]!;
    this.#words[cell * FLAGS + CAUSES] = isOn ? causes | BITS[cause] : causes & ~BITS[cause];
  }

  /** The operator's switch; `until`: milliseconds since 1970, 0: off. */
  setUntil(hostSlot: number | null, until: number): void {
    const cell = this.#cellOf(hostSlot);
    if (cell >= 0) this.#words[cell * FLAGS + UNTIL] = until;
  }

  /** The slot belongs to another host from now on, or to none. */
  reset(hostSlot: number): void {
    if (this.#has(hostSlot)) this.#words.fill(0, (hostSlot + 1) * FLAGS, (hostSlot + 2) * FLAGS);
  }

  /** Gives back what a dead gateway held. Its counts stay: they only grow. */
  clear(gateway: number): void {
    this.#words[this.#rowAt(gateway)] = 0;
  }

  /** -1: there is none. */
  #cellOf(hostSlot: number | null): number {
    if (hostSlot === null) return GLOBAL;
    return this.#has(hostSlot) ? hostSlot + 1 : -1;
  }

  #rowAt(gateway: number): number {
    return this.#cells * FLAGS + gateway * this.#width;
  }

  #has(hostSlot: number): boolean {
    return hostSlot >= 0 && hostSlot < this.#cells - 1;
  }

  #isOn(cell: number): boolean {
    return this.#words[cell * FLAGS + CAUSES] !== 0 || this.#isUntil(cell);
  }

  #isUntil(cell: number): boolean {
    const until = this.#words[cell * FLAGS + UNTIL]!;
    return until !== 0 && this.#clock.now() < until;
  }
}
