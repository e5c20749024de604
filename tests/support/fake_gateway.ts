import { Challenger } from "../../src/gateway/challenge/challenger.ts";
import { createOnceTable } from "../../src/lib/once_table.ts";
import { createPassHolders, PassHolders } from "../../src/gateway/pass_holders.ts";
import { BanGate, createBanAnswers } from "../../src/gateway/ban_gate.ts";
import type { MistakeReport } from "../../src/core/mistake_report.ts";
import type { BanWish } from "../../src/core/ban_wish.ts";
import { NO_PUBLISHED_BOTS } from "../../src/core/bot_list.ts";
import { NOWHERE } from "../../src/core/place.ts";
import { ManualClock } from "../../src/core/clock.ts";
import { type Host, HOST_DEFAULTS } from "../../src/core/host.ts";
import { DEFAULT_FILE_SCAN } from "../../src/core/file_scan.ts";
import { DEFAULT_BOT_SETTINGS } from "../../src/core/host_bots.ts";
import type { Logger, Transport, UpstreamRequest, UpstreamSink } from "../../src/core/ports.ts";
import type { RequestRecord } from "../../src/core/record.ts";
import type { Rule } from "../../src/core/rule.ts";
import { DEFAULT_SERVER_SETTINGS, type Snapshot } from "../../src/core/snapshot.ts";
import { type CompiledSnapshot, compileSnapshot } from "../../src/gateway/compiled_snapshot.ts";
import type { RequestDigest } from "../../src/core/request_digest.ts";
import { EvidenceBatch } from "../../src/gateway/evidence_batch.ts";
import { OffenceBatch } from "../../src/gateway/offence_batch.ts";
import { InspectionLine } from "../../src/gateway/inspection_line.ts";
import { InspectionMemory } from "../../src/gateway/inspection_memory.ts";
import type { GatewayServices } from "../../src/gateway/services.ts";
import { createTargetCells, TargetCells } from "../../src/gateway/shared_targets.ts";
import { createSharedAlarm, SharedAlarm } from "../../src/gateway/shared_alarm.ts";
import { createGcraTable, GcraTable } from "../../src/lib/gcra_table.ts";
import { SuspectWindow } from "../../src/shield/bots/suspect_window.ts";
import { RefusalPace } from "../../src/gateway/refusal_pace.ts";
import { Tarpit } from "../../src/shield/tarpit.ts";
import { RateLimiter } from "../../src/shield/limiter.ts";
import { createRefusalWindows, RefusalWindows } from "../../src/shield/refusal_windows.ts";
import { createReputationTable, ReputationTable } from "../../src/shield/reputation.ts";
import { ShieldBucket } from "../../src/shield/shield_bucket.ts";
import { createWindowCounts, WindowCounts } from "../../src/lib/window_counts.ts";
import { createSharedCountTable, SharedCountTable } from "../../src/lib/shared_count_table.ts";
import { clientHigh, clientLow } from "../../src/lib/client_words.ts";
import { createSteadyTime, SteadyTime } from "../../src/core/steady_time.ts";
import { RetryBudget } from "../../src/lib/retry_budget.ts";
import { EncoderRoom } from "../../src/gateway/response/encoder_room.ts";
import { RefusalAnswers } from "../../src/gateway/response/refusal_answers.ts";

/** A host with the defaults of a hand-made one, in mode `off`. */
export function fakeHost(over: Partial<Host> = {}): Host {
  return {
    id: "h1",
    domains: ["a.test"],
    ...HOST_DEFAULTS,
    targets: [{
      id: "t1",
      url: "http://127.0.0.1:9",
      weight: 1,
      backup: false,
      role: "primary" as const,
      verify_tls: true,
      protocol: "http1",
    }],
    waf: { ...HOST_DEFAULTS.waf, mode: "off" },
    origin: "database",
    created_at: 0,
    updated_at: 0,
    version: 1,
    ...over,
  };
}

/** A rule that refuses a word in an argument or a form field. */
export const WORD_RULE: Rule = {
  id: "test-001",
  name: "The word evil",
  why: "It is a test.",
  family: "test",
  severity: "critical",
  action: "block",
  paranoia: 1,
  targets: ["args", "body"],
  transform: ["lowercase"],
  match: { regex: "\\bevil\\b" },
  tags: [],
  origin: "built-in",
  enabled: true,
};

export function fakeSnapshot(
  over: Partial<Snapshot> = {},
  settings: Partial<Snapshot["settings"]> = {},
): Snapshot {
  return {
    version: 1,
    listeners: [{ name: "https", hostname: "127.0.0.1", port: 8443, asked: 8443 }],
    hosts: [fakeHost()],
    streams: [],
    targetSlots: {},
    hostSlots: {},
    switches: [],
    proxies: [],
    publishedBots: NO_PUBLISHED_BOTS,
    rules: [WORD_RULE],
    learned: null,
    ruleSwitches: {},
    exceptions: [],
    bans: [],
    certificates: [],
    schemas: [],
    upstreamTls: {},
    challengeKeys: [{ id: "k1", key: "5a".repeat(32) }],
    fallbackCertificate: { id: "fallback", names: [], certificatePem: "", keyPem: "" },
    settings: {
      waf: { paranoia_level: 1, threshold: 5, inspect_body_bytes: 1_000, inspect_total_bytes: 10_000 },
      server: DEFAULT_SERVER_SETTINGS,
      upstreams: { allow_private: true },
      default_site: { kind: "421" },
      ban_answer: "403",
      file_scan: DEFAULT_FILE_SCAN,
      challenge: { mode: "off" },
      bots: DEFAULT_BOT_SETTINGS,
      whitelist_cidrs: [],
      blacklist_cidrs: [],
      blocked_countries: [],
      allowed_countries: [],
      toggles: { waf: true, geoip: true, challenge: true, anomaly: true, stats: true },
      l4_conn_limit: 0,
      l7_rate_limit: 0,
      l7_burst_limit: 150,
      hashKey: "00".repeat(32),
      ...settings,
    },
    ...over,
  };
}

/** What a gateway thread has around its stages, with a target in the test's hand. */
export interface FakeGateway {
  readonly services: GatewayServices;
  readonly snapshot: CompiledSnapshot;
  readonly clock: ManualClock;
  readonly records: RequestRecord[];
  /** Bans that the stages wanted. */
  readonly banWishes: BanWish[];
  readonly reports: MistakeReport[];
  /** What the analyst was to be told. */
  readonly digests: RequestDigest[];
  readonly errors: string[];
  /** As they were counted. */
  readonly challenges: ("issued" | "passed" | "failed")[];
  /** Requests as they reached the target, with the way back. */
  readonly sent: { request: UpstreamRequest; sink: UpstreamSink; aborted: boolean }[];
}

/** `cells`: what all threads know of targets; those of `snapshot.targetSlots`. */
export function fakeGateway(
  snapshot: Snapshot = fakeSnapshot(),
  clock = new ManualClock(),
  cells = new TargetCells(createTargetCells(1, 8), 1, 0, clock),
): FakeGateway {
  const records: RequestRecord[] = [];
  const banWishes: BanWish[] = [];
  const reports: MistakeReport[] = [];
  const digests: RequestDigest[] = [];
  const errors: string[] = [];
  const challenges: FakeGateway["challenges"] = [];
  const sent: FakeGateway["sent"] = [];
  const transport: Transport = {
    send(request, sink) {
      const entry = { request, sink, aborted: false };
      sent.push(entry);
      return { abort: () => void (entry.aborted = true), pause() {}, resume() {} };
    },
  };
  const silent = () => {};
  const logger: Logger = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (message, fields) => void errors.push(`${message}: ${fields?.error}`),
  };
  const challenger = new Challenger({
    spent: createOnceTable(64),
    firstTries: createOnceTable(64),
    life: "11",
  }, {
    countChallenge: (what) => void challenges.push(what),
  });
  challenger.useKeys(snapshot.challengeKeys);
  const compiled = compileSnapshot(snapshot, null, cells, clock);
  const rates = new GcraTable(createGcraTable(256));
  const connections = new SharedCountTable(createSharedCountTable({ writers: 1, entries: 64 }), 1, 0);
  return {
    clock,
    records,
    banWishes,
    reports,
    digests,
    errors,
    challenges,
    sent,
    snapshot: compiled,
    services: {
      snapshot: compiled,
      isInForce: () => true,
      clock,
      turnClock: { monotonic: () => clock.monotonic(), catchUp: () => clock.monotonic() },
      logger,
      transport,
      inspection: new InspectionMemory(),
      inspectionLine: new InspectionLine({ clock }),
      digests: { add: (digest) => void digests.push(digest) },
      offences: new OffenceBatch(),
      evidence: new EvidenceBatch({ clock }),
      bans: new BanGate({
        answers: new GcraTable(createBanAnswers(256)),
        holders: new PassHolders(createPassHolders(64), { now: () => clock.monotonic() }),
        time: clock,
        clock,
      }),
      wishBan: (wish) => void banWishes.push(wish),
      report: (report) => void reports.push(report),
      retryBudget: new RetryBudget(0.2, 10),
      refusalAnswers: new RefusalAnswers(),
      encoders: new EncoderRoom(),
      targets: cells,
      limiter: new RateLimiter(rates),
      rates,
      shieldBucket: new ShieldBucket(new GcraTable(createGcraTable(256))),
      refusals: new RefusalWindows(createRefusalWindows(64)),
      ruleCounts: new WindowCounts(createWindowCounts(256)),
      connections: {
        enter: (client) => connections.enter(clientHigh(client), clientLow(client)),
        leave: (client) => connections.leave(clientHigh(client), clientLow(client)),
      },
      time: new SteadyTime(createSteadyTime(), clock),
      suspects: new SuspectWindow(),
      reputation: new ReputationTable(createReputationTable(64), () => clock.monotonic()),
      geo: NOWHERE,
      challenger,
      tarpit: new Tarpit(clock),
      refusalPace: new RefusalPace({ clock }),
      alarm: new SharedAlarm(createSharedAlarm(1, 8), 1, 0, clock),
      count: silent,
      log: { wants: () => true, add: (line) => void records.push(line), repeats: () => false, tally: silent },
    },
  };
}
