/** How a host has its clients prove that they are browsers (spec 03, Challenge). Field names are those of REST and YAML. */

export const CHALLENGE_MODES = ["managed", "invisible", "interactive", "always", "off"] as const;

/**
 * `managed`: nobody, unless under attack, by score or reputation, or because a rule says so; a checkbox only when in
 * doubt. `invisible`: the same, never a checkbox. `interactive`: the same, always a checkbox. `always`: every client
 * without a pass. `off`: nobody but whom a rule leads there.
 */
export type ChallengeMode = typeof CHALLENGE_MODES[number];

/**
 * How a client stands with a host: stage 15 finds it. Who has a pass is slowed, not banned. A session of the
 * administration is none of these: its cookie belongs to another name and listener, and never reaches a host.
 */
export type Standing = "none" | "pass";

export interface HostChallenge {
  /** null: what the setting `challenge.mode` says. */
  readonly mode: ChallengeMode | null;
  /** Canonical; each stands for itself and what is below it. */
  readonly exempt_paths: readonly string[];
  readonly exempt_cidrs: readonly string[];
  /** Parts of user agents, in any case. Anybody can send them: no protection against who knows the list. */
  readonly exempt_agents: readonly string[];
  /** Browsers without scripts may wait instead. */
  readonly no_script: boolean;
  /** What a pass is good for: the client's network (/24, /48) or its address alone. */
  readonly bind: "network" | "address";
  /** How long a pass lasts. */
  readonly minutes: number;
}

export const DEFAULT_HOST_CHALLENGE: HostChallenge = Object.freeze({
  mode: null,
  exempt_paths: Object.freeze([]),
  exempt_cidrs: Object.freeze([]),
  exempt_agents: Object.freeze([]),
  no_script: false,
  bind: "network",
  minutes: 60,
});

/** [SECURITY] Passes that were taken back; beyond it the oldest is good again until it ends by itself. */
export const MOST_REVOKED_PASSES = 16_384;

/** A pass of any host lasts so long at most, milliseconds. */
export const LONGEST_PASS_MS = 86_400_000;

/** A key that clearances and challenges are signed with. */
export interface ChallengeKey {
  /** Stands in what it has signed. */
  readonly id: string;
  /** 32 bytes in hex. */
  readonly key: string;
}
