import type { Clock } from "../core/clock.ts";
import type { LearnedModel } from "../core/learned_model.ts";
import type { Host } from "../core/host.ts";
import type { Ban, CertificatePair, GatewaySettings, ListenerAddress, Snapshot } from "../core/snapshot.ts";
import type { Stream } from "../core/stream.ts";
import type { Rule } from "../core/rule.ts";
import type { TrustedProxy } from "../core/trusted_proxy.ts";
import type { Store } from "../store/store.ts";
import { streamAsHost } from "./streams/stream_health.ts";
import { assignCells, assignSlots } from "./targets/target_slots.ts";

export interface PublisherParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Cells for targets in shared memory. */
  readonly targetCells: number;
  /** Cells for alarms of hosts in shared memory. */
  readonly alarmHosts: number;
  listeners(): readonly ListenerAddress[];
  /** Of file and database. */
  hosts(): readonly Host[];
  /** Of file and database. */
  streams(): readonly Stream[];
  /** Built-in and custom. */
  rules(): readonly Rule[];
  /** The learned second opinion's model; null: none. */
  learned(): LearnedModel | null;
  /** API schemas that are on duty. */
  schemas(): Snapshot["schemas"];
  settings(): GatewaySettings;
  /** Of challenges and clearances; a new one when it is time. */
  challengeKeys(): Snapshot["challengeKeys"];
  certificates(hosts: readonly Host[]): {
    readonly certificates: readonly CertificatePair[];
    readonly fallback: CertificatePair;
  };
  /** Whose word on clients is taken. */
  proxies(): readonly TrustedProxy[];
  /** What others publish of programs. */
  publishedBots(): Snapshot["publishedBots"];
  /** How hosts speak TLS to their targets, where they say. */
  upstreamTls(hosts: readonly Host[]): Snapshot["upstreamTls"];
  /** Compiles the snapshot as a gateway would, and throws AegisError where it does not. */
  check(snapshot: Snapshot): void;
  /** Sends it to the gateways; resolves when they serve by it. */
  send(snapshot: Snapshot): Promise<void>;
}

/** Makes snapshots of what is in the store, refuses those that do not compile, and sends the others. */
export class Publisher {
  readonly #parts: PublisherParts;
  #version = 0;
  #current: Snapshot | null = null;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** Version of the snapshot that was sent last; 0: none yet. */
  get version(): number {
    return this.#current?.version ?? 0;
  }

  /** The snapshot that was sent last. */
  get current(): Snapshot | null {
    return this.#current;
  }

  /**
   * Builds the next snapshot of the store as it stands (inside a transaction: as it will stand) and checks it. Throws
   * AegisError where it does not compile. What comes back sends it; call it as soon as the transaction is over.
   */
  prepare(): () => Promise<void> {
    const snapshot = this.#build();
    this.#parts.check(snapshot);
    return () => {
      this.#current = snapshot;
      return this.#parts.send(snapshot);
    };
  }

  #build(): Snapshot {
    const { store, clock } = this.#parts;
    const hosts = this.#parts.hosts();
    const streams = this.#parts.streams();
    const { certificates, fallback } = this.#parts.certificates(hosts);
    return {
      version: ++this.#version,
      listeners: this.#parts.listeners(),
      hosts,
      streams,
      targetSlots: assignSlots(
        this.#current?.targetSlots ?? {},
        [...hosts, ...streams.map(streamAsHost)],
        this.#parts.targetCells,
      ),
      hostSlots: assignCells(
        this.#current?.hostSlots ?? {},
        hosts.map(({ id }) => id),
        this.#parts.alarmHosts,
      ),
      switches: store.timedSwitches.list(clock.now()).map(({ kind, hostId, until }) => ({
        kind,
        hostId,
        until,
      })),
      rules: this.#parts.rules(),
      learned: this.#parts.learned(),
      ruleSwitches: store.ruleSwitches.all(),
      exceptions: store.exceptions.list().map(({ createdAt: _at, createdBy: _by, ...exception }) =>
        exception
      ),
      bans: keptBans(this.#current?.bans ?? [], store.bans.inForce(clock.now())),
      proxies: this.#parts.proxies(),
      certificates,
      schemas: this.#parts.schemas(),
      fallbackCertificate: fallback,
      upstreamTls: this.#parts.upstreamTls(hosts),
      challengeKeys: this.#parts.challengeKeys(),
      publishedBots: this.#parts.publishedBots(),
      settings: this.#parts.settings(),
    };
  }
}

/** Those of `now`, as the objects of `before` where nothing changed: what is compared next time is seen to be the same. */
function keptBans(before: readonly Ban[], now: readonly Ban[]): readonly Ban[] {
  const known = new Map(before.map((ban) => [ban.id, ban]));
  return now.map((ban) => {
    const kept = known.get(ban.id);
    return kept?.expiresAt === ban.expiresAt && kept.network === ban.network && kept.reason === ban.reason
      ? kept
      : ban;
  });
}
