import type { BanWish } from "../core/ban_wish.ts";
import type { Clock } from "../core/clock.ts";
import type { TurnClock } from "../core/turn_clock.ts";
import type { MistakeReport } from "../core/mistake_report.ts";
import type { ExchangeAction } from "../core/exchange.ts";
import type { Geo } from "../core/place.ts";
import type { Logger, Reputation, Transport } from "../core/ports.ts";
import type { RequestRecord } from "../core/record.ts";
import type { SuspectWindow } from "../shield/bots/suspect_window.ts";
import type { SteadyTime } from "../core/steady_time.ts";
import type { GcraTable } from "../lib/gcra_table.ts";
import type { WindowCounts } from "../lib/window_counts.ts";
import type { Tarpit } from "../shield/tarpit.ts";
import type { RateLimiter } from "../shield/limiter.ts";
import type { RefusalWindows } from "../shield/refusal_windows.ts";
import type { ShieldBucket } from "../shield/shield_bucket.ts";
import type { ConnectionTable } from "./shared_state.ts";
import type { Challenger } from "./challenge/challenger.ts";
import type { RetryBudget } from "../lib/retry_budget.ts";
import type { Alarm, SharedAlarm } from "./shared_alarm.ts";
import type { CountedRequest } from "./shared_counters.ts";
import type { TargetOutcomes } from "./shared_targets.ts";
import type { CompiledSnapshot } from "./compiled_snapshot.ts";
import type { BanGate } from "./ban_gate.ts";
import type { DigestSender } from "./digest_sender.ts";
import type { EvidenceBatch } from "./evidence_batch.ts";
import type { OffenceBatch } from "./offence_batch.ts";
import type { InspectionLine } from "./inspection_line.ts";
import type { InspectionMemory } from "./inspection_memory.ts";
import type { EncoderRoom } from "./response/encoder_room.ts";
import type { RefusalPace } from "./refusal_pace.ts";
import type { RefusalAnswers } from "./response/refusal_answers.ts";
import type { Refused } from "./repeat_book.ts";
import type { Tallied } from "./request_tally.ts";

/**
 * Where stage 32 writes to. A refusal that no target saw is offered to `repeats` first; every other request, and what
 * that does not take, ends in exactly one of `add` and `tally`, as `wants` says.
 */
export interface RequestLog {
  wants(action: ExchangeAction, hasFindings: boolean): boolean;
  add(record: RequestRecord): void;
  repeats(refused: Refused): boolean;
  tally(request: Tallied): void;
}

/** What the stages of one gateway thread work with. */
export interface GatewayServices {
  /** The one in force; an exchange takes it once, at its beginning. */
  readonly snapshot: CompiledSnapshot;
  /** False: another has come since. */
  isInForce(): boolean;
  readonly clock: Clock;
  /** What requests are timed by. */
  readonly turnClock: Pick<TurnClock, "monotonic" | "catchUp">;
  readonly logger: Logger;
  readonly transport: Transport;
  readonly inspection: InspectionMemory;
  /** Bodies that take long to judge. */
  readonly inspectionLine: InspectionLine;
  readonly retryBudget: RetryBudget;
  readonly encoders: EncoderRoom;
  readonly refusalAnswers: RefusalAnswers;
  /** What requests at targets tell the other threads. */
  readonly targets: TargetOutcomes;
  readonly limiter: RateLimiter;
  /** What `limiter` draws from. */
  readonly rates: GcraTable;
  readonly shieldBucket: ShieldBucket;
  readonly refusals: RefusalWindows;
  /** Of rate rules. */
  readonly ruleCounts: WindowCounts;
  /** Open connections by client, over all threads. */
  readonly connections: Pick<ConnectionTable, "enter" | "leave">;
  /** The time that limits are counted by. */
  readonly time: Pick<SteadyTime, "now">;
  /** What clients sent lately looked automated. */
  readonly suspects: SuspectWindow;
  readonly reputation: Reputation;
  /** Where addresses are; knows none while no database is there. */
  readonly geo: Geo;
  readonly challenger: Challenger;
  /** Whether clients have to prove themselves, and the counts that this is judged by. */
  readonly alarm: Alarm & Pick<SharedAlarm, "enter" | "leave" | "comeBack" | "arrived">;
  /** Where hostile clients wait. */
  readonly tarpit: Tarpit;
  /** How many refusals a moment may have. */
  readonly refusalPace: RefusalPace;
  /** Adds to the counters that all threads share. */
  count(request: CountedRequest & Pick<RequestRecord, "client">): void;
  readonly log: RequestLog;
  /** The way to the analyst, for requests that rules watch. */
  readonly digests: Pick<DigestSender, "add">;
  /** Requests that rules refused, for automatic blocking. */
  readonly offences: OffenceBatch;
  /** Whole requests that rules refused, where a host wants them kept. */
  readonly evidence: EvidenceBatch;
  /** Who is kept out everywhere. */
  readonly bans: BanGate;
  /** Asks control to keep a client out; what it says of it comes back as a ban. */
  wishBan(wish: BanWish): void;
  /** To the operator. */
  report(report: MistakeReport): void;
}
