/** What the active checks know of targets. */
export interface TargetStates {
  state(targetId: string): TargetState;
}

export interface TargetState {
  /** null: not checked yet. */
  readonly up: boolean | null;
  /** Why it is down, or how it answered; for people. */
  readonly text: string;
  /** Milliseconds since 1970, of the last check and of the last change from up to down or back. */
  readonly checked_at: number | null;
  readonly since: number | null;
}
