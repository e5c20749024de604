import type { AddressLists } from "../core/address_list.ts";
import { MOST_REVOKED_PASSES } from "../core/challenge.ts";
import { AegisError } from "../core/errors.ts";
import type {
  BotAnswer,
  BotAnswers,
  ControlToGateway,
  GatewayNews,
  GatewayToControl,
  GeoDatabases,
  RevokedPasses,
  SnapshotAnswer,
  StreamFaults,
} from "../core/messages.ts";
import type { Logger } from "../core/ports.ts";
import type { ListenerAddress, Snapshot } from "../core/snapshot.ts";
import { changesBetween } from "../core/snapshot_changes.ts";
import { keepNewest } from "../lib/keep_newest.ts";

/** A gateway that has not applied a snapshot by then is taken for hung; the supervisor's heartbeat deals with it. */
const APPLY_DEADLINE_MS = 10_000;

interface Waiting {
  readonly version: number;
  /** null: nobody will answer. */
  settle(answer: SnapshotAnswer | null): void;
}

interface Member {
  readonly port: MessagePort;
  waiting: Waiting | null;
  /** What it serves by, as far as is known; null: it has to be told all. */
  applied: Snapshot | null;
  /** True once it serves by any snapshot; false: it was replaced before it did. */
  readonly served: PromiseWithResolvers<boolean>;
}

/**
 * Control's side of the gateway threads: sends each snapshot to one of them first, and to the others once that one
 * has applied it, so that what does not compile or cannot listen is refused before it is everywhere. A free port
 * (0) that the first one was given is written into what the others get. A gateway that is known to serve by an earlier
 * snapshot gets what changed since.
 */
export class Fleet {
  readonly #members = new Map<number, Member>();
  readonly #logger: Logger;
  #latest: Snapshot | null = null;
  #geo: GeoDatabases | null = null;
  #lists: AddressLists | null = null;
  /** Passes that were taken back, for gateways that come later. */
  readonly #revoked = new Set<string>();
  #ports: Readonly<Record<string, number>> = {};
  /** By gateway: UDP is served by one of them alone. */
  readonly #streamFaults = new Map<number, StreamFaults>();
  /** Publications run one after the other. */
  #queue: Promise<void> = Promise.resolve();

  readonly #heard: (message: GatewayNews, gateway: number) => void;

  readonly #applyMs: number;

  /** `heard`: what the gateways tell of their own accord. */
  constructor(
    logger: Logger,
    heard: (message: GatewayNews, gateway: number) => void = () => {},
    applyMs = APPLY_DEADLINE_MS,
  ) {
    this.#logger = logger;
    this.#heard = heard;
    this.#applyMs = applyMs;
  }

  /** Ports that the gateways listen on, by `listenerKey`; empty before the first one listens. */
  get ports(): Readonly<Record<string, number>> {
    return this.#ports;
  }

  /** Why a stream's port could not be opened, by stream id. */
  get streamFaults(): StreamFaults {
    return Object.assign({}, ...this.#streamFaults.values());
  }

  get size(): number {
    return this.#members.size;
  }

  /**
   * A gateway thread came, or came again under its number. It gets the snapshot in force. Resolves once it serves, even
   * where that takes longer than a publication waits: on a busy machine a thread may need that long to start. False: it
   * was replaced before it did. Rejects (AegisError) where it refused the snapshot.
   */
  async join(index: number, port: MessagePort): Promise<boolean> {
    const former = this.#members.get(index);
    former?.port.close();
    // What died cannot answer: publications must not wait for it.
    former?.waiting?.settle(null);
    former?.served.resolve(false);
    const member: Member = { port, waiting: null, applied: null, served: Promise.withResolvers() };
    this.#members.set(index, member);
    if (this.#geo !== null) port.postMessage(this.#geo);
    if (this.#lists !== null) port.postMessage(this.#lists);
    // [SECURITY] Before it serves: who lost its pass must not have it back because a thread died.
    if (this.#revoked.size > 0) {
      port.postMessage({ kind: "revoked-passes", passes: [...this.#revoked] } satisfies RevokedPasses);
    }
    port.onmessage = (event: MessageEvent<GatewayToControl>) => this.#receive(index, member, event.data);
    await this.#enqueue(async () => {
      if (this.#latest === null || this.#members.get(index) !== member) return;
      await this.#send(index, member, this.#withPorts(this.#latest));
    });
    return await member.served.promise;
  }

  /** Resolves once every gateway serves by `snapshot`. Rejects (AegisError) where it was refused; the old one stays. */
  publish(snapshot: Snapshot): Promise<void> {
    return this.#enqueue(async () => {
      const [first, ...others] = [...this.#members];
      if (first !== undefined) await this.#send(...first, this.#withPorts(snapshot));
      this.#latest = snapshot;
      await Promise.all(
        others.map(([index, member]) => this.#send(index, member, this.#withPorts(snapshot))),
      );
    });
  }

  /** Gives every gateway, and each that comes later, the networks of the subscribed lists. */
  shareLists(lists: AddressLists): void {
    this.#lists = lists;
    for (const { port } of this.#members.values()) port.postMessage(lists);
  }

  /** Gives every gateway, and each that comes later, the files to look addresses up in. */
  shareGeo(files: readonly SharedArrayBuffer[]): void {
    this.#geo = { kind: "geo", files };
    for (const { port } of this.#members.values()) port.postMessage(this.#geo);
  }

  /** What was found of clients that say to be crawlers, for every gateway: the next request may be another one's. */
  answerBots(answers: readonly BotAnswer[]): void {
    for (const { port } of this.#members.values()) {
      port.postMessage({ kind: "bot-answers", answers } satisfies BotAnswers);
    }
  }

  /** Passes that are good no more, for every gateway and each that comes later. */
  revokePasses(passes: readonly string[]): void {
    for (const pass of passes) {
      this.#revoked.add(pass);
    }
    keepNewest(this.#revoked, MOST_REVOKED_PASSES);
    for (const { port } of this.#members.values()) {
      port.postMessage({ kind: "revoked-passes", passes } satisfies RevokedPasses);
    }
  }

  close(): void {
    for (const member of this.#members.values()) {
      member.port.close();
      member.served.resolve(false);
    }
    this.#members.clear();
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #send(index: number, member: Member, snapshot: Snapshot): Promise<void> {
    const answer = await new Promise<SnapshotAnswer | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), this.#applyMs);
      member.waiting = {
        version: snapshot.version,
        settle(answer) {
          clearTimeout(timer);
          resolve(answer);
        },
      };
      member.port.postMessage(messageFor(member, snapshot));
    });
    member.waiting = null;
    member.applied = answer?.kind === "applied" ? snapshot : null;
    if (answer === null) {
      if (this.#members.get(index) !== member) return;
      this.#logger.warn("a gateway did not apply a snapshot in time", {
        gateway: index,
        version: snapshot.version,
      });
    } else if (answer.kind === "rejected") {
      throw new AegisError("unavailable", answer.message);
    } else {
      this.#tookUp(member, answer.ports);
      this.#logger.debug("a snapshot is in force", {
        gateway: index,
        version: snapshot.version,
        hosts: snapshot.hosts.length,
        took_ms: Math.round(answer.tookMs * 10) / 10,
      });
      this.#streamFaults.set(index, answer.streamFaults ?? {});
    }
  }

  #tookUp(member: Member, ports: Readonly<Record<string, number>>): void {
    this.#ports = { ...this.#ports, ...ports };
    member.served.resolve(true);
  }

  #receive(index: number, member: Member, message: GatewayToControl): void {
    if (message.kind !== "applied" && message.kind !== "rejected") this.#heard(message, index);
    else if (member.waiting?.version === message.version) member.waiting.settle(message);
    // Later than a publication waits. It serves all the same, and is told all with the next one.
    else if (message.kind === "applied" && this.#members.get(index) === member) {
      this.#tookUp(member, message.ports);
    }
  }

  #withPorts(snapshot: Snapshot): Snapshot {
    const listeners = snapshot.listeners.map((listener) => ({
      ...listener,
      port: this.#ports[listenerKey(listener)] ?? listener.port,
    }));
    return { ...snapshot, listeners };
  }
}

function messageFor({ applied }: Member, snapshot: Snapshot): ControlToGateway {
  if (applied === null) return { kind: "snapshot", snapshot };
  return { kind: "changes", changes: changesBetween(applied, snapshot) };
}

/** Names a listener by what was asked for, whatever port it got. */
export function listenerKey(listener: ListenerAddress): string {
  return `${listener.name} ${listener.hostname} ${listener.asked}`;
}
