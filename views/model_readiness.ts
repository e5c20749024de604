/** What enforcing would have refused of a host's last days. */
export interface ReadinessView {
  readonly days_seen: number;
  readonly is_ready: boolean;
  /** Milliseconds since 1970. */
  readonly rolled_back_at: number | null;
  readonly requests: number;
  readonly would_refuse: number;
  readonly excepted: number;
  readonly clients: number;
  readonly groups: readonly {
    readonly rules: readonly { readonly id: string; readonly name: string }[];
    readonly requests: number;
    readonly clients: number;
    readonly samples: readonly {
      readonly id: string;
      readonly at: number;
      readonly method: string;
      readonly target: string;
      readonly client: string;
      readonly count: number;
      readonly refused: boolean;
    }[];
  }[];
  readonly complete: boolean;
}
