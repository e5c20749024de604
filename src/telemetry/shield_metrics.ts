import { eachAs, type Family, single } from "./metrics_text.ts";

/** Who is kept out, and what it did since the start. */
export interface BanMetrics {
  readonly inForce: number;
  /** Networks of subscribed lists that are on. */
  readonly listed: number;
  /** Made by Aegis itself. */
  readonly made: number;
  /** Gave way to newer ones in a full table. */
  readonly evicted: number;
  readonly answered: number;
  readonly dropped: number;
  /** No automatic ban is made: one inner address stands for all clients. */
  readonly isPaused: boolean;
}

/** Clients that the shield keeps something of, and how many had to be forgotten because the memory was full. */
export interface LimitMetrics {
  readonly limited: number;
  readonly refused: number;
  readonly goodReputations: number;
  readonly badReputations: number;
  readonly forgotten: number;
}

export interface AlarmMetrics {
  /** Requests, without tunnels and event streams. */
  readonly inFlight: number;
  /** Every host is under attack. */
  readonly isGlobal: boolean;
  /** Hosts under attack. */
  readonly hosts: number;
}

/** By what became of them. */
export type ChallengeMetrics = Readonly<Record<"issued" | "passed" | "failed", number>>;

/** Who is kept out. */
export function banFamilies(family: Family, bans: BanMetrics): void {
  family("aegis_bans", "gauge", "Networks that are kept out, by where they stand.", [
    [{ kind: "ban" }, bans.inForce],
    [{ kind: "list" }, bans.listed],
  ]);
  family("aegis_bans_made_total", "counter", "Bans that Aegis made by itself.", single(bans.made));
  family(
    "aegis_bans_evicted_total",
    "counter",
    "Bans that gave way to newer ones in a full table.",
    single(bans.evicted),
  );
  family(
    "aegis_ban_hits_total",
    "counter",
    "Requests of the banned answered, and connections closed unanswered.",
    [
      [{ result: "answered" }, bans.answered],
      [{ result: "dropped" }, bans.dropped],
    ],
  );
  family(
    "aegis_automatic_bans_paused",
    "gauge",
    "1: one inner address stands for all clients.",
    single(Number(bans.isPaused)),
  );
}

/** What the shield remembers of clients. */
export function limitFamilies(family: Family, limits: LimitMetrics): void {
  family("aegis_limited_clients", "gauge", "Clients by what the shield keeps of them.", [
    [{ kind: "bucket" }, limits.limited],
    [{ kind: "refused" }, limits.refused],
    [{ kind: "good_reputation" }, limits.goodReputations],
    [{ kind: "bad_reputation" }, limits.badReputations],
  ]);
  family(
    "aegis_limited_clients_forgotten_total",
    "counter",
    "Clients forgotten too early because the memory for them was full.",
    single(limits.forgotten),
  );
}

/** Who had to prove themselves, and why. */
export function attackFamilies(family: Family, challenges: ChallengeMetrics, alarm: AlarmMetrics): void {
  family(
    "aegis_challenges_total",
    "counter",
    "Challenge pages sent, passed, and brought back without a proof that holds.",
    eachAs("result", challenges),
  );
  family(
    "aegis_requests_in_flight",
    "gauge",
    "Requests now, without tunnels and event streams.",
    single(alarm.inFlight),
  );
  family(
    "aegis_under_attack",
    "gauge",
    "1: every host is under attack, by figures, load or hand.",
    single(alarm.isGlobal ? 1 : 0),
  );
  family("aegis_hosts_under_attack", "gauge", "Hosts that are under attack.", single(alarm.hosts));
}
