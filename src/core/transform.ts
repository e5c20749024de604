/** One operator over one value of the request or answer (spec 02, Custom rules), as hosts write it. */
export interface HostCondition {
  readonly target: string;
  readonly operator: string;
  readonly value?: string | number | readonly string[] | undefined;
  readonly case_sensitive?: boolean | undefined;
  readonly negated?: boolean | undefined;
}

/** All of them (`and`) or one of them (`or`). */
export interface HostConditionGroup {
  readonly join: "and" | "or";
  readonly of: readonly (HostCondition | HostConditionGroup)[];
}

export const REDIRECT_STATUSES = [301, 302, 307, 308] as const;
export type RedirectStatus = typeof REDIRECT_STATUSES[number];

/** What a transform does. `value` and `to` are templates (core/template.ts). */
export type TransformAction =
  | {
    readonly action:
      | "set-request-header"
      | "add-request-header"
      | "set-response-header"
      | "add-response-header"
      | "set-query";
    readonly name: string;
    readonly value: string;
  }
  | {
    readonly action: "remove-request-header" | "remove-response-header" | "remove-query";
    readonly name: string;
  }
  /** `from`: what the path begins with, whole segments; or `regex`: its first match, `$1` to `$9` its groups. */
  | {
    readonly action: "rewrite-path";
    readonly from?: string | undefined;
    readonly regex?: string | undefined;
    readonly to: string;
  }
  | { readonly action: "rewrite-host"; readonly to: string }
  /** `keep_query`: the request's query is put behind an address that has none. */
  | {
    readonly action: "redirect";
    readonly to: string;
    readonly status: RedirectStatus;
    readonly keep_query: boolean;
  };

/** One entry of `transforms` (spec 01). Conditions look at the request as it came, not at what earlier entries made. */
export type Transform = TransformAction & {
  /** Absent: always. */
  readonly when?: HostConditionGroup | undefined;
};

export type TransformName = Transform["action"];

export function isResponseTransform(action: TransformName): boolean {
  return action.endsWith("-response-header");
}
