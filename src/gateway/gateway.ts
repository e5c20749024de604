import type { AddressLists } from "../core/address_list.ts";
import type { MistakeReport } from "../core/mistake_report.ts";
import type { Clock } from "../core/clock.ts";
import type { TurnClock } from "../core/turn_clock.ts";
import type { Turn } from "../lib/turn.ts";
import { AegisError } from "../core/errors.ts";
import type { Exchange } from "../core/exchange.ts";
import type { ListenerHandler, Refusal } from "../core/listener.ts";
import type { ListenerName } from "../core/connection.ts";
import type { BotAnswer, BotClaim, StreamFaults } from "../core/messages.ts";
import { type Geo, NOWHERE, type Place } from "../core/place.ts";
import type { Logger } from "../core/ports.ts";
import type { ListenerAddress, Snapshot } from "../core/snapshot.ts";
import { applyChanges, type SnapshotChanges } from "../core/snapshot_changes.ts";
import { parseAddress } from "../lib/ip.ts";
import { MainClient } from "../lib/main_client.ts";
import { Challenger } from "./challenge/challenger.ts";
import { RetryBudget } from "../lib/retry_budget.ts";
import { SuspectWindow } from "../shield/bots/suspect_window.ts";
import { Tarpit } from "../shield/tarpit.ts";
import { RateLimiter } from "../shield/limiter.ts";
import { ShieldBucket } from "../shield/shield_bucket.ts";
import { AcceptFilter } from "./accept_filter.ts";
import { type CompiledSnapshot, compileSnapshot } from "./compiled_snapshot.ts";
import { listenerKey } from "./fleet.ts";
import { openGeo } from "./geo_databases.ts";
import { BanGate } from "./ban_gate.ts";
import { BanWishBatch } from "./ban_wish_batch.ts";
import { DigestSender } from "./digest_sender.ts";
import { EvidenceBatch } from "./evidence_batch.ts";
import { OffenceBatch } from "./offence_batch.ts";
import { InspectionLine } from "./inspection_line.ts";
import { InspectionMemory } from "./inspection_memory.ts";
import { CertificateSelector } from "./listener/certificates.ts";
import { type Listener, startListener } from "./listener/front.ts";
import { banOfRunning } from "./ban_of_running.ts";
import { isCorrelation } from "./correlation_bans.ts";
import { verdictOf } from "./pipeline/12_bans.ts";
import { correlationVerdictOf } from "./pipeline/26_correlation.ts";
import { runPipeline } from "./pipeline/pipeline.ts";
import { refusalRecord } from "./pipeline/32_record.ts";
import { noteRefusalConduct } from "./pipeline/conduct.ts";
import type { RecordBatcher } from "./record_batcher.ts";
import { RefusalPace } from "./refusal_pace.ts";
import { EncoderRoom } from "./response/encoder_room.ts";
import { RefusalAnswers } from "./response/refusal_answers.ts";
import type { GatewayServices } from "./services.ts";
import type { SharedState } from "./shared_state.ts";
import type { UpstreamTransport } from "./upstream/transport.ts";
import { StreamGate } from "./streams/stream_gate.ts";
import type { StreamLogBatcher } from "./streams/stream_log.ts";

const RETRY_SHARE = 0.2;
const RETRY_BURST = 10;
/** First ban of a client that floods with frames; from the third of a day on it doubles. */
const ABUSE_BAN_SECONDS = 60;

export interface GatewayParts {
  /** Of the thread, from 0. */
  readonly index: number;
  readonly shared: SharedState;
  readonly transport: UpstreamTransport;
  readonly batcher: RecordBatcher;
  readonly streamLog: StreamLogBatcher;
  readonly clock: Clock;
  readonly turn: Turn;
  readonly turnClock: TurnClock;
  readonly logger: Logger;
}

/** One gateway thread: its listeners, the snapshot in force, and the exchanges that run. */
export class Gateway implements ListenerHandler {
  readonly #parts: GatewayParts;
  readonly #listeners = new Map<string, Listener>();
  /** Removed ones on which something still runs. */
  readonly #leaving = new Set<Listener>();
  /** To be connected to control. */
  readonly offences = new OffenceBatch();
  /** To be connected to control as well. */
  readonly evidence: EvidenceBatch;
  /** To be connected to the analyst. */
  readonly digests: DigestSender;
  readonly banWishes = new BanWishBatch();
  /** Takes what visitors report. */
  onReport: ((report: MistakeReport) => void) | null = null;
  /** Of all requests that this thread answered. */
  readonly mainClient = new MainClient();
  /** Who is kept out everywhere. */
  readonly bans: BanGate;
  /** To be told each second whether somebody was served. */
  readonly refusalPace: RefusalPace;
  readonly #challenger: Challenger;
  readonly #filter: AcceptFilter;
  readonly #limiter: RateLimiter;
  readonly #shieldBucket: ShieldBucket;
  readonly #streams: StreamGate;
  #streamFaults: StreamFaults = {};
  readonly #inspection = new InspectionMemory();
  readonly #inspectionLine: InspectionLine;
  readonly #suspects = new SuspectWindow();
  readonly #refusalAnswers = new RefusalAnswers();
  readonly #tarpit: Tarpit;
  readonly #encoders = new EncoderRoom();
  readonly #retryBudget = new RetryBudget(RETRY_SHARE, RETRY_BURST);
  #certificates: CertificateSelector | null = null;
  #geo: Geo = NOWHERE;
  #snapshot: CompiledSnapshot | null = null;
  /** What `#snapshot` was compiled from; null where that went wrong half-way. */
  #source: Snapshot | null = null;
  #services: GatewayServices | null = null;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.digests = new DigestSender({ clock: parts.clock });
    this.evidence = new EvidenceBatch({ clock: parts.clock });
    this.#challenger = new Challenger(parts.shared, parts.shared.counters);
    this.#tarpit = new Tarpit(parts.clock);
    this.refusalPace = new RefusalPace({ clock: parts.turnClock });
    this.#inspectionLine = new InspectionLine(parts);
    this.#limiter = new RateLimiter(parts.shared.rates);
    this.#shieldBucket = new ShieldBucket(parts.shared.shield);
    this.bans = new BanGate({
      answers: parts.shared.banAnswers,
      holders: parts.shared.passHolders,
      time: parts.shared.time,
      clock: parts.turnClock,
    });
    this.#filter = new AcceptFilter(parts.shared.connections, this.bans);
    const { clock, logger, shared, streamLog } = parts;
    this.#streams = new StreamGate({
      cells: shared.streams,
      log: streamLog,
      clock,
      logger,
      handler: this,
      servesUdp: parts.index === 0,
      isBanned: (client) => this.#filter.isBanned(client, this.#snapshot!),
    });
  }

  /**
   * Compiles beside the snapshot in force, opens what listeners are missing, then swaps one reference. Throws AegisError
   * where it does not compile or a port cannot be opened; the old one serves on. Returns the ports by listener key.
   */
  async apply(snapshot: Snapshot): Promise<Record<string, number>> {
    this.#source = null;
    const ports = await this.#put(snapshot);
    this.#source = snapshot;
    return ports;
  }

  /** As `apply`, with what changed of the snapshot in force. */
  async change(changes: SnapshotChanges): Promise<Record<string, number>> {
    const source = this.#source;
    if (source?.version !== changes.base) {
      throw new AegisError("internal", "internal error", {
        privateText: `changes to snapshot ${changes.base}, but ${source?.version ?? "none"} is in force`,
      });
    }
    return await this.apply(applyChanges(source, changes));
  }

  async #put(snapshot: Snapshot): Promise<Record<string, number>> {
    const compiled = compileSnapshot(snapshot, this.#snapshot, this.#parts.shared.targets, this.#parts.clock);
    const { certificates, fallbackCertificate } = snapshot;
    const isFirst = this.#certificates === null;
    this.#certificates ??= new CertificateSelector(certificates, fallbackCertificate, this.#parts.logger);
    // Nobody else serves on the ports that the first one opens.
    if (isFirst) this.#swap(compiled);
    await this.#openMissing(snapshot.listeners, compiled);
    if (!isFirst) this.#certificates.replace(certificates, fallbackCertificate);
    compiled.waf.prepare();
    compiled.agents.prepare();
    this.#challenger.useKeys(snapshot.challengeKeys);
    this.#swap(compiled);
    this.#streamFaults = await this.#streams.apply(compiled.streams, snapshot, this.#certificates);
    this.#endBanned();
    this.#closeRemoved(snapshot.listeners, compiled.settings.server.shutdown_timeout_ms);
    const ports: Record<string, number> = {};
    for (const address of snapshot.listeners) {
      const key = listenerKey(address);
      const listener = this.#listeners.get(key)!;
      listener.updateSettings(compiled.settings.server);
      listener.allowH2c(address.h2c ?? false);
      ports[key] = listener.port;
      // A free port is known once it is open; redirects have to name it.
      if (address.name === "https" && address.port === 0) {
        this.#swap({ ...compiled, httpsPort: listener.port });
      }
    }
    return ports;
  }

  /** All that are new, or none: throws AegisError where one of them cannot be opened, and closes the others of them. */
  async #openMissing(wanted: readonly ListenerAddress[], compiled: CompiledSnapshot): Promise<void> {
    const opened = new Map<string, Listener>();
    try {
      for (const address of wanted) {
        const key = listenerKey(address);
        if (this.#listeners.has(key) || opened.has(key)) continue;
        opened.set(key, await this.#open(address, compiled));
      }
    } catch (thrown) {
      await Promise.all([...opened.values()].map((listener) => listener.destroy()));
      throw thrown;
    }
    for (const [key, listener] of opened) this.#listeners.set(key, listener);
  }

  /** Listeners that the configuration does not name any more take nobody in; what runs on them may finish. */
  #closeRemoved(wanted: readonly ListenerAddress[], deadlineMs: number): void {
    const kept = new Set(wanted.map(listenerKey));
    for (const [key, listener] of this.#listeners) {
      if (kept.has(key)) continue;
      this.#listeners.delete(key);
      this.#leaving.add(listener);
      void listener.drain(deadlineMs).then(() => this.#leaving.delete(listener));
    }
  }

  /** What lists say from now on. */
  useLists(lists: AddressLists): void {
    this.bans.useLists(lists);
    if (this.#snapshot !== null) this.#endBanned();
  }

  /** Whoever is banned by now is not served to the end either: a tunnel may last for days. */
  #endBanned(): void {
    const { turnClock: clock } = this.#parts;
    const whyBanned = (exchange: Exchange) => {
      const ban = banOfRunning(exchange, this.#snapshot!, this.bans, this.#challenger.book, clock);
      if (ban === null) return null;
      this.bans.hits.dropped(ban.id);
      return isCorrelation(ban) ? correlationVerdictOf(ban) : verdictOf(ban);
    };
    for (const listener of [...this.#listeners.values(), ...this.#leaving]) listener.endBanned(whyBanned);
    this.#streams.endBanned();
  }

  /** Other databases to look addresses up in; those of an exchange that runs stay as they are. */
  useGeo(files: readonly SharedArrayBuffer[]): void {
    this.#geo = openGeo(files);
    if (this.#snapshot !== null) this.#swap(this.#snapshot);
  }

  /** Clients that say to be crawlers, for control to look at; each time those since the last. */
  takeBotClaims(): readonly BotClaim[] {
    return this.#challenger.goodBots.takeClaims();
  }

  /** What control found of clients that say to be crawlers. */
  knowBots(answers: readonly BotAnswer[]): void {
    const now = this.#parts.clock.now();
    for (const answer of answers) this.#challenger.goodBots.told(answer, now);
  }

  revokePasses(passes: readonly string[]): void {
    for (const pass of passes) this.#challenger.book.revoke(pass);
  }

  /** Streams of the snapshot in force whose port could not be opened. */
  get streamFaults(): StreamFaults {
    return this.#streamFaults;
  }

  /** Open connections of all its listeners. */
  get connections(): number {
    let sum = 0;
    for (const listener of [...this.#listeners.values(), ...this.#leaving]) sum += listener.connections;
    return sum;
  }

  /** Stops accepting; resolves when the running exchanges are over or `deadlineMs` has passed. */
  async drain(deadlineMs: number): Promise<void> {
    const listeners = [...this.#listeners.values(), ...this.#leaving]
      .map((listener) => listener.drain(deadlineMs));
    await Promise.all([...listeners, this.#streams.drain(deadlineMs)]);
    this.#listeners.clear();
    this.#parts.transport.close();
  }

  connected(peerAddress: string, listener: ListenerName): boolean {
    return this.#filter.admit(peerAddress, listener, this.#snapshot!);
  }

  disconnected(peerAddress: string): void {
    this.#filter.leave(peerAddress);
  }

  exchange(exchange: Exchange): void {
    runPipeline(exchange, this.#services!);
  }

  refused(refusal: Refusal): void {
    if (refusal.reason === "protocol_abuse") this.#wishAbuserOut(refusal);
    const line = refusalRecord(refusal, this.#parts.clock.now(), this.#placeOf(refusal));
    this.#parts.shared.counters.countRequest(line);
    noteRefusalConduct(refusal, this.#snapshot!, this.#services!);
    if (line.action === "blocked" && this.#parts.batcher.repeats(line)) return;
    if (this.#parts.batcher.wants(line.action, false)) this.#parts.batcher.add(line);
    else this.#parts.batcher.tally(line);
  }

  #placeOf({ connection }: Refusal): Place | null {
    const words = parseAddress(connection.peerAddress);
    return words === null || this.#services === null ? null : this.#services.geo.lookUp(words);
  }

  /** [SECURITY] Floods of a protocol's own frames (CVE-2023-44487 and its kin) are no accident of a client. */
  #wishAbuserOut({ connection, detail }: Refusal): void {
    this.banWishes.wish({
      client: connection.peerAddress,
      hostId: null,
      seconds: ABUSE_BAN_SECONDS,
      reason: `abuse of the protocol: ${detail}`,
      origin: "protocol",
    });
  }

  #swap(compiled: CompiledSnapshot): void {
    const { shared, transport, batcher, turnClock, logger } = this.#parts;
    transport.setAllowPrivate(compiled.settings.upstreams.allow_private);
    this.#snapshot = compiled;
    const services: GatewayServices = {
      snapshot: compiled,
      isInForce: () => this.#services === services,
      clock: turnClock,
      turnClock,
      logger,
      transport,
      inspection: this.#inspection,
      retryBudget: this.#retryBudget,
      refusalAnswers: this.#refusalAnswers,
      encoders: this.#encoders,
      targets: shared.targets,
      limiter: this.#limiter,
      rates: shared.rates,
      shieldBucket: this.#shieldBucket,
      refusals: shared.refusals,
      ruleCounts: shared.ruleCounts,
      connections: shared.connections,
      time: shared.time,
      suspects: this.#suspects,
      reputation: shared.reputation,
      alarm: shared.alarm,
      tarpit: this.#tarpit,
      refusalPace: this.refusalPace,
      inspectionLine: this.#inspectionLine,
      challenger: this.#challenger,
      geo: compiled.settings.toggles.geoip ? this.#geo : NOWHERE,
      count: (request) => {
        shared.counters.countRequest(request);
        this.mainClient.note(request.client);
        this.refusalPace.note(request);
      },
      log: batcher,
      digests: this.digests,
      offences: this.offences,
      evidence: this.evidence,
      bans: this.bans,
      wishBan: (wish) => this.banWishes.wish(wish),
      report: (report) => this.onReport?.(report),
    };
    this.#services = services;
  }

  /** What a handshake for this name asks its client for. */
  readonly #doorOf = (serverName: string): string =>
    this.#snapshot!.findHost(serverName)?.clientDoor?.key ?? "";

  #isProxy(listener: string, peer: string): boolean {
    const senders = this.#snapshot?.sendersOf.get(listener);
    const words = senders === undefined ? null : parseAddress(peer);
    return words !== null && senders!.find(words) !== undefined;
  }

  #open(address: ListenerAddress, compiled: CompiledSnapshot): Promise<Listener> {
    const { turn, turnClock, logger } = this.#parts;
    return startListener({
      name: address.name,
      hostname: address.hostname,
      port: address.port,
      tls: address.name === "https",
      readsJa4: address.name === "https",
      settings: compiled.settings.server,
      handler: this,
      certificates: this.#certificates,
      clock: turnClock,
      turn,
      logger,
      reusePort: true,
      h2c: address.h2c ?? false,
      router: () => address.name === "https" ? this.#streams.httpsRouter : null,
      doorOf: () => this.#snapshot?.hasClientDoors === true ? this.#doorOf : null,
      isProxy: (peer) => this.#isProxy(listenerKey(address), peer),
    });
  }
}
