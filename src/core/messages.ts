import type { AddressLists, BanHitsSeen } from "./address_list.ts";
import type { BanWishes } from "./ban_wish.ts";
import type { CorrelationEvent } from "./correlation_event.ts";
import type { CorrelationSetup } from "./correlation_setup.ts";
import type { AegisError } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import type { MistakeReport } from "./mistake_report.ts";
import type { Offence } from "./offence.ts";
import type { PackedRecords } from "./packed_records.ts";
import type { RequestRecord } from "./record.ts";
import type { SharedBuffers } from "./shared.ts";
import type { Snapshot } from "./snapshot.ts";
import type { SnapshotChanges } from "./snapshot_changes.ts";
import type { StreamRecord } from "./stream.ts";

/**
 * What the threads say to each other. Every message is plain data; ports are transferred by the supervisor, which
 * joins the threads and never reads what they say.
 */

/** Supervisor → any thread, first of all. Each kind of thread has its own `start`. */
export interface GatewayStart {
  readonly kind: "start";
  /** 0-based; names the thread's own columns in shared memory. */
  readonly index: number;
  readonly shared: SharedBuffers;
  readonly control: MessagePort;
  readonly recorder: MessagePort;
  readonly analyst: MessagePort;
  readonly log: LogSettings;
  /** `upstream_socket_dir`: what the thread may read and write besides the network. */
  readonly socketDir: string | null;
}

export interface RecorderStart {
  readonly kind: "start";
  readonly databasePath: string;
  /** For its signs of life. */
  readonly beats: SharedArrayBuffer;
  readonly control: MessagePort;
  readonly log: LogSettings;
}

export interface AnalystStart {
  readonly kind: "start";
  /** For its signs of life. */
  readonly beats: SharedArrayBuffer;
  /** Of `SharedBuffers`: reputations are all that it can change. */
  readonly reputations: SharedArrayBuffer;
  readonly time: SharedArrayBuffer;
  readonly control: MessagePort;
  readonly recorder: MessagePort;
  readonly log: LogSettings;
}

export interface ControlStart<Config> {
  readonly kind: "start";
  readonly config: Config;
  /** One before it has died: its addresses are in `config`, and the gateways listen on theirs. */
  readonly again: boolean;
  readonly shared: SharedBuffers;
  /** Name of the machine, for people who are told by it. */
  readonly machine: string;
  readonly recorder: MessagePort;
  readonly log: LogSettings;
}

export interface LogSettings {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "json" | "text";
  /** Client addresses are written with their last two octets (IPv6: all but /48) hidden. */
  readonly mask: boolean;
}

/** Supervisor → control and recorder: a gateway thread (first or again) is there, this is the way to it. */
export interface GatewayJoined {
  readonly kind: "gateway-joined";
  readonly index: number;
  readonly port: MessagePort;
}

/** Supervisor → gateway and recorder: control was started again, this is the way to it. */
export interface ControlJoined {
  readonly kind: "control-joined";
  readonly port: MessagePort;
}

/** Supervisor → gateway and control: the recorder was started again, this is the way to it. */
export interface RecorderJoined {
  readonly kind: "recorder-joined";
  readonly port: MessagePort;
}

/** Supervisor → gateway, control and recorder: the analyst was started, first or again, this is the way to it. */
export interface AnalystJoined {
  readonly kind: "analyst-joined";
  readonly port: MessagePort;
}

/** Supervisor → control: as the operating system said. */
export interface ReloadAsked {
  readonly kind: "reload";
}

/** Supervisor → every thread: finish what runs, take nothing new; answer `stopped` when done. */
export interface StopAsked {
  readonly kind: "stop";
  readonly drainMs: number;
}

/** Any thread → supervisor. */
export type ThreadToSupervisor =
  | { readonly kind: "ready" }
  /** Control: the first gateway serves. */
  | { readonly kind: "serving" }
  /** Control: a reload was carried out, or refused and the old state serves on. */
  | { readonly kind: "reloaded" }
  | { readonly kind: "stopped" }
  /** The thread cannot go on: exit with this code and these lines (port taken, configuration refused). */
  | { readonly kind: "fatal"; readonly exitCode: 1 | 2 | 3; readonly lines: readonly string[] }
  /** Lines for the person at the terminal (setup link). */
  | { readonly kind: "notice"; readonly lines: readonly string[] };

/** Control → supervisor: the configuration with the addresses that it settled on, for a control that comes after it. */
export interface ControlSettled<Config> {
  readonly kind: "settled";
  readonly config: Config;
}

export type SupervisorToGateway = GatewayStart | ControlJoined | RecorderJoined | AnalystJoined | StopAsked;
export type SupervisorToRecorder = RecorderStart | GatewayJoined | ControlJoined | AnalystJoined | StopAsked;
export type SupervisorToAnalyst = AnalystStart | GatewayJoined | ControlJoined | RecorderJoined | StopAsked;
export type SupervisorToControl<Config> =
  | ControlStart<Config>
  | GatewayJoined
  | RecorderJoined
  | AnalystJoined
  | ThreadRestarted
  | ReloadAsked
  | StopAsked;

/** Supervisor → control, for the status page. */
export interface ThreadRestarted {
  readonly kind: "thread-restarted";
  readonly thread: "gateway" | "recorder" | "control" | "analyst";
  readonly index: number;
  readonly why: string;
}

/** Control → gateway. */
export type ControlToGateway =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  /** To the one that the gateway answered `applied` to last. */
  | { readonly kind: "changes"; readonly changes: SnapshotChanges }
  | AddressLists
  | GeoDatabases
  | BotAnswers
  | RevokedPasses;

/** Control → gateway: passes that are good no more; who shows one is challenged anew. */
export interface RevokedPasses {
  readonly kind: "revoked-passes";
  /** As `Offence.pass`. */
  readonly passes: readonly string[];
}

/** Control → gateway: which clients are the crawlers that they say they are. */
export interface BotAnswers {
  readonly kind: "bot-answers";
  readonly answers: readonly BotAnswer[];
}

export interface BotAnswer {
  /** Of the claim. */
  readonly key: string;
  readonly isGood: boolean;
}

/** Gateway → control: clients that say to be crawlers (shield/challenge/good_bots.ts), to be asked of name servers. */
export interface BotClaimsSeen {
  readonly kind: "bot-claims";
  readonly claims: readonly BotClaim[];
}

export interface BotClaim {
  /** The gateway's own name for it. */
  readonly key: string;
  readonly client: string;
  readonly bot: string;
}

/** Control → gateway: the files to look addresses up in, the one that says most first. Nobody writes to them. */
export interface GeoDatabases {
  readonly kind: "geo";
  readonly files: readonly SharedArrayBuffer[];
}

/** Why a stream's port could not be opened, by stream id. The others serve. */
export type StreamFaults = Readonly<Record<string, string>>;

/** Gateway → control. */
export type GatewayToControl = SnapshotAnswer | GatewayNews;

/** What gateways tell without being asked. */
export type GatewayNews =
  | OffencesSeen
  | BanWishes
  | BanHitsSeen
  | MainClientSeen
  | BotClaimsSeen
  | MistakeReported
  | EvidenceTaken;

/** Whole requests that rules refused, on hosts that want them kept. */
export interface EvidenceTaken {
  readonly kind: "evidence";
  readonly evidence: readonly Evidence[];
}

/** A refused visitor says that it was a mistake. */
export interface MistakeReported {
  readonly kind: "mistake-reported";
  readonly report: MistakeReport;
}

/** The client that most requests of one gateway came from, of the last window (lib/main_client.ts). */
export interface MainClientSeen {
  readonly kind: "main-client";
  readonly client: string;
  readonly requests: number;
  readonly total: number;
}

/** Requests that rules refused. */
export interface OffencesSeen {
  readonly kind: "offences";
  readonly offences: readonly Offence[];
}

export type SnapshotAnswer =
  | {
    readonly kind: "applied";
    readonly version: number;
    readonly ports: Readonly<Record<string, number>>;
    /** Milliseconds from the message to the swap: what a request that came in between may have waited. */
    readonly tookMs: number;
    readonly streamFaults?: StreamFaults;
  }
  /** The snapshot did not compile or a listener did not open; the old one serves on. */
  | { readonly kind: "rejected"; readonly version: number; readonly message: string };

/** Gateway → recorder. */
export type GatewayToRecorder = {
  readonly kind: "records";
  readonly records: readonly RequestRecord[];
  /** Further records, the ordinary ones. */
  readonly packed: PackedRecords;
  /** Allowed requests that are counted but have no row of their own. */
  readonly tallies: readonly RequestTally[];
  /** Blocks and detections that had no room here since the last batch. */
  readonly lost: number;
};

/** Gateway → recorder: connections of streams that are over. */
export interface StreamBatch {
  readonly kind: "stream-records";
  readonly records: readonly StreamRecord[];
  /** Connections that had no room in the log since the last batch. */
  readonly lost: number;
}

/** Allowed requests of one host within one minute, summed where their rows were sampled out. */
export interface RequestTally {
  readonly hostId: string;
  /** Its start, milliseconds since 1970. */
  readonly minute: number;
  readonly requests: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Bucket (lib/log_histogram.ts) and count, of the whole latency and of what Aegis added. */
  readonly total: readonly (readonly [number, number])[];
  readonly added: readonly (readonly [number, number])[];
  /** Client and count; the empty client stands for those beyond the bound. */
  readonly clients: readonly (readonly [string, number])[];
  /** Country and count, where countries are looked up; the empty one stands for those that are not known. */
  readonly countries?: readonly (readonly [string, number])[];
}

/** Recorder → gateway: how many records of that thread are written (or counted as lost), for its back-pressure. */
export type RecorderToGateway = { readonly kind: "written"; readonly records: number };

/** Control → recorder. */
export type ControlToRecorder =
  /** Somebody looks at the live tail: send rows, at most `perSecond`. 0 stops it. */
  | { readonly kind: "watch"; readonly perSecond: number }
  | { readonly kind: "retention"; readonly days: number; readonly maxBytes: number };

/** Recorder → control. */
export type RecorderToControl =
  | { readonly kind: "rows"; readonly records: readonly RequestRecord[]; readonly more: number }
  /** Sums since the recorder's start; `error` is why rows cannot be written now. */
  | {
    readonly kind: "health";
    readonly lost: number;
    readonly sampledOut: number;
    readonly error: string | null;
  };

/** Control → analyst: the correlated rules in force, and whether behaviour moves reputations. */
export interface ControlToAnalyst {
  readonly kind: "correlation";
  readonly setup: CorrelationSetup;
  readonly scoresBehaviour: boolean;
}

/** Analyst → control. */
export type AnalystToControl = BanWishes | AnalystHealth;

/** Sums since the analyst's start, and what it remembers now. */
export interface AnalystHealth {
  readonly kind: "health";
  readonly requests: number;
  /** Requests that it was never told of, because it was behind. */
  readonly lost: number;
  readonly events: number;
  /** Events that were too many to be written down. */
  readonly unwritten: number;
  /** Clients, by host, whose last requests are in memory. */
  readonly clients: number;
  readonly bytes: number;
}

/** Analyst → recorder. */
export interface AnalystToRecorder {
  readonly kind: "correlation-events";
  readonly events: readonly CorrelationEvent[];
}

/** Analyst → gateway: how many digests of that thread it has looked at, for its back-pressure. */
export interface AnalystToGateway {
  readonly kind: "taken";
  readonly digests: number;
}

/** An AegisError as plain data, to cross a thread or a socket. */
export type ErrorData = Pick<AegisError, "code" | "message" | "privateText" | "fields">;
