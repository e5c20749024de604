/** What an operator switches on for a while; each ends by itself (spec 04, "Per host, one click each"). */
export const TIMED_SWITCHES = ["under_attack", "maintenance", "waf_pause"] as const;

export type TimedSwitchKind = typeof TIMED_SWITCHES[number];

/** A switch that is on. Kept beside the hosts and not in them: those of the configuration file have switches too. */
export interface TimedSwitch {
  readonly kind: TimedSwitchKind;
  /** Host id; null: every host, which only `under_attack` knows. */
  readonly hostId: string | null;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** The end of a switch of this kind for this host alone, milliseconds since 1970; 0: it is off. */
export function switchEnd(
  switches: readonly TimedSwitch[],
  kind: TimedSwitchKind,
  hostId: string | null,
): number {
  return switches.find((each) => each.kind === kind && each.hostId === hostId)?.until ?? 0;
}
