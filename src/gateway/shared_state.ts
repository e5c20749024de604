import { type Clock, systemClock } from "../core/clock.ts";
import type { SharedBuffers } from "../core/shared.ts";
import { createSteadyTime, SteadyTime } from "../core/steady_time.ts";
import { createThreadBeats } from "../core/thread_beats.ts";
import { clientHigh, clientLow } from "../lib/client_words.ts";
import type { AddressWords } from "../lib/ip.ts";
import { createOnceTable } from "../lib/once_table.ts";
import { createGcraTable, GcraTable } from "../lib/gcra_table.ts";
import { createSharedCountTable, SharedCountTable } from "../lib/shared_count_table.ts";
import { createWindowCounts, WindowCounts } from "../lib/window_counts.ts";
import { createRefusalWindows, RefusalWindows } from "../shield/refusal_windows.ts";
import { createReputationTable, ReputationTable } from "../shield/reputation.ts";
import { createSharedAlarm, SharedAlarm } from "./shared_alarm.ts";
import { createBanAnswers } from "./ban_gate.ts";
import { createPassHolders, PassHolders } from "./pass_holders.ts";
import { Counters, createCounters } from "./shared_counters.ts";
import { createStreamCells, StreamCells } from "./shared_streams.ts";
import { createTargetCells, TargetCells } from "./shared_targets.ts";

/** Clients with open connections at once, each gateway; beyond it see `ConnectionTable.overflow`. */
const CLIENTS_PER_GATEWAY = 131_072;
const TARGET_CELLS = 4_096;
/** Clients that are limited at once, over all hosts; beyond it see `GcraTable`. 1 MiB. */
const RATE_BUCKETS = 131_072;
/** Clients that the shield limits at once, over all hosts; beyond it see `GcraTable`. 16 MiB, touched as they come. */
const SHIELD_BUCKETS = 2_097_152;
/** Values that rate rules count at once, of all hosts. 1 MiB. */
const RULE_COUNTS = 131_072;
/** Clients that it refuses at once. */
const REFUSED_CLIENTS = 65_536;
/** Challenges that are remembered as used, five minutes each; beyond it see `OnceTable`. 2 MiB. */
const SPENT_CHALLENGES = 262_144;
/** Networks of phones whose first try is remembered, ten minutes each. 512 KiB. */
const FIRST_TRIES = 65_536;
/** Clients with a reputation at once; beyond it see `ReputationTable`. 8 MiB. */
const REPUTATIONS = 262_144;

export interface SharedStateSize {
  readonly gateways: number;
  /** A power of two, at least 64. */
  readonly clientsPerGateway?: number;
  readonly targetCells?: number;
  /** A power of two, at least 64. */
  readonly rateBuckets?: number;
  /** A power of two, at least 64. */
  readonly shieldBuckets?: number;
  /** A power of two, at least 64. */
  readonly reputations?: number;
  /** Hosts with an alarm of their own. */
  readonly alarmHosts?: number;
}

/**
 * Open connections by client, exact over all gateways. One client is an IPv4 address or the /64 of an IPv6 one (a
 * subscriber has that many addresses to choose from).
 */
export interface ConnectionTable {
  /** A connection opens in this gateway. Returns how many the client holds now, this one included. */
  enter(client: AddressWords): number;
  /** It closes: exactly once for each `enter`, in the same gateway. */
  leave(client: AddressWords): void;
  held(client: AddressWords): number;
  /** Of all clients, in all gateways. */
  open(): number;
  /** How many of them found the table full. They count as one each: a full table refuses nobody. */
  overflow(): number;
}

export interface Heartbeat {
  /** This gateway's event loop turns. */
  beat(): void;
  tick(gateway: number): number;
  /** Gives back what a dead gateway held: its connections and running requests. Call it before the next one starts. */
  clear(gateway: number): void;
}

/** The process's shared memory as one thread sees it. */
export interface SharedState {
  readonly counters: Counters;
  readonly connections: ConnectionTable;
  readonly targets: TargetCells;
  readonly rates: GcraTable;
  /** Buckets of clients over all hosts. */
  readonly shield: GcraTable;
  readonly refusals: RefusalWindows;
  readonly ruleCounts: WindowCounts;
  readonly reputation: ReputationTable;
  readonly time: SteadyTime;
  /** Answers that banned clients got (ban_gate.ts). */
  readonly banAnswers: GcraTable;
  readonly passHolders: PassHolders;
  readonly streams: StreamCells;
  /** For `Challenger`. */
  readonly spent: SharedArrayBuffer;
  /** For `Challenger`. */
  readonly firstTries: SharedArrayBuffer;
  /** For `Challenger`. */
  readonly life: string;
  readonly alarm: SharedAlarm;
  readonly heartbeat: Heartbeat;
}

/** Makes the memory, once, in the supervisor. Its size is fixed from here on; threads get it by message. */
export function createSharedState(size: SharedStateSize): SharedBuffers {
  const {
    gateways,
    clientsPerGateway = CLIENTS_PER_GATEWAY,
    targetCells = TARGET_CELLS,
    rateBuckets = RATE_BUCKETS,
    shieldBuckets = SHIELD_BUCKETS,
    reputations = REPUTATIONS,
    alarmHosts,
  } = size;
  return {
    gateways,
    counters: createCounters(gateways),
    connections: createSharedCountTable({ writers: gateways, entries: clientsPerGateway }),
    targets: createTargetCells(gateways, targetCells),
    rates: createGcraTable(rateBuckets),
    shield: createGcraTable(shieldBuckets),
    refusals: createRefusalWindows(REFUSED_CLIENTS),
    ruleCounts: createWindowCounts(RULE_COUNTS),
    reputations: createReputationTable(reputations),
    time: createSteadyTime(),
    banAnswers: createBanAnswers(),
    passHolders: createPassHolders(),
    streams: createStreamCells(gateways, targetCells),
    alarm: createSharedAlarm(gateways, alarmHosts),
    spent: createOnceTable(SPENT_CHALLENGES),
    life: crypto.getRandomValues(new Uint8Array(4)).toHex(),
    firstTries: createOnceTable(FIRST_TRIES),
    beats: createThreadBeats(),
  };
}

/** Parts of the tables of limits, one of which is cleared of what is idle each second. */
const LIMIT_PARTS = 15;

/** Clears what is idle of one part of the tables of limits. `beat`: counts calls, of which one is due each second. */
export function sweepLimits(shared: SharedState, beat: number): void {
  const { rates, shield, refusals, ruleCounts, banAnswers, passHolders, time } = shared;
  const part = beat % LIMIT_PARTS;
  const now = time.now();
  rates.sweep(part, LIMIT_PARTS, now);
  shield.sweep(part, LIMIT_PARTS, now);
  banAnswers.sweep(part, LIMIT_PARTS, now);
  passHolders.sweep(part, LIMIT_PARTS);
  refusals.sweep(part, LIMIT_PARTS, now);
  ruleCounts.sweep(part, LIMIT_PARTS, now);
}

/** `index`: the gateway that this thread is; threads that are none only read, and may give any. */
export function openSharedState(
  buffers: SharedBuffers,
  index: number,
  clock: Clock = systemClock,
): SharedState {
  const counters = new Counters(buffers.counters, index);
  const table = new SharedCountTable(buffers.connections, buffers.gateways, index);
  const targets = new TargetCells(buffers.targets, buffers.gateways, index, clock);
  const streams = new StreamCells(buffers.streams, buffers.gateways, index);
  const time = new SteadyTime(buffers.time, clock);
  const alarm = new SharedAlarm(buffers.alarm, buffers.gateways, index, clock);
  return {
    counters,
    targets,
    rates: new GcraTable(buffers.rates),
    banAnswers: new GcraTable(buffers.banAnswers),
    passHolders: new PassHolders(buffers.passHolders, time),
    shield: new GcraTable(buffers.shield),
    refusals: new RefusalWindows(buffers.refusals),
    ruleCounts: new WindowCounts(buffers.ruleCounts),
    reputation: new ReputationTable(buffers.reputations, () => time.now()),
    time,
    streams,
    spent: buffers.spent,
    firstTries: buffers.firstTries,
    life: buffers.life,
    alarm,
    connections: {
      enter: (client) => table.enter(clientHigh(client), clientLow(client)),
      leave: (client) => table.leave(clientHigh(client), clientLow(client)),
      held: (client) => table.count(clientHigh(client), clientLow(client)),
      open: () => table.total(),
      overflow: () => table.overflow(),
    },
    heartbeat: {
      beat: () => counters.beat(),
      tick: (gateway) => counters.beats(gateway),
      clear(gateway) {
        table.clear(gateway);
        targets.clear(gateway);
        streams.clear(gateway);
        alarm.clear(gateway);
      },
    },
  };
}
