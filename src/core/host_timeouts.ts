/** Milliseconds, all of them (spec 01, `timeouts`). */
export interface HostTimeouts {
  readonly connect_ms: number;
  /** Until the upstream's response head. */
  readonly response_head_ms: number;
  /** Without progress of a body, either way. */
  readonly body_idle_ms: number;
  /** Without progress of a write to the client. */
  readonly write_ms: number;
  readonly tunnel_idle_ms: number;
  /** A tunnel's whole life; 0: without end. */
  readonly tunnel_total_ms: number;
}

export const DEFAULT_TIMEOUTS: HostTimeouts = Object.freeze({
  connect_ms: 5_000,
  response_head_ms: 60_000,
  body_idle_ms: 60_000,
  write_ms: 60_000,
  tunnel_idle_ms: 3_600_000,
  tunnel_total_ms: 0,
});
