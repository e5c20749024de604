/** What the pages of signed rule sets are given, in the shapes that the operations return. */

export interface ReleaseView {
  /** `built-in`, or 12 hex digits. */
  readonly version: string;
  readonly digest: string;
  readonly origin: "built-in" | "imported";
  readonly rules: number;
  readonly in_force: boolean;
  /** It served before the one in force. */
  readonly former: boolean;
  /** null: it comes with the program. */
  readonly issued_at: number | null;
  readonly key: string;
  readonly imported_at: number | null;
  readonly imported_by: string;
}

export interface ReleasesView {
  readonly releases: readonly ReleaseView[];
  /** Since when the one in force serves; null: always. */
  readonly since: number | null;
  readonly trusted_keys: readonly string[];
  /** Why the chosen one does not serve; empty: it does. */
  readonly failure: string;
}

interface NamedRule {
  readonly id: string;
  readonly name: string;
}

export interface ReleaseComparison {
  readonly release: ReleaseView;
  readonly is_older: boolean;
  readonly added: readonly NamedRule[];
  readonly removed: readonly NamedRule[];
  readonly changed: readonly NamedRule[];
  readonly model_changed: boolean;
  readonly trial: {
    readonly requests: number;
    readonly looked_back_to: number;
    readonly complete: boolean;
    readonly seen_whole: number;
    readonly newly_refused: number;
    readonly no_longer_refused: number;
    readonly samples: readonly {
      readonly id: string;
      readonly at: number;
      readonly host: string;
      readonly method: string;
      readonly target: string;
      readonly becomes: "refused" | "let pass";
      readonly rules: readonly string[];
    }[];
  };
}
