import type { HostConditionGroup } from "./transform.ts";

/** One entry of `rate_rules` (spec 02, Rate limits of a host): so many in a period, for each value of a key. */
export interface RateRule {
  /** Lower-case letters, digits and hyphens, once a host; what a refused client reads in `RateLimit`. */
  readonly name: string;
  /** Requests that are meant; absent: all. */
  readonly when?: HostConditionGroup | undefined;
  /**
   * Whose requests are counted together: `client`, `path`, `jwt-sub` (of the bearer token, which nobody verifies here),
   * `header:NAME` or `cookie:NAME`. A request without that value is counted with its client's others.
   */
  readonly key: string;
  /** So many may pass in a period; the next is acted on. */
  readonly count: number;
  /** From the first that is counted. */
  readonly period_seconds: number;
  /** Counted are answers of a target with one of these; empty: requests. */
  readonly statuses: readonly number[];
  readonly action: RateAction;
  /** Of the action `ban`. */
  readonly ban_seconds: number;
}

export const RATE_ACTIONS = ["429", "challenge", "ban"] as const;
export type RateAction = typeof RATE_ACTIONS[number];

/** What shared memory can hold of one period. */
export const MOST_RATE_COUNT = 10_000;
export const LONGEST_RATE_PERIOD_SECONDS = 86_400;
export const MOST_RATE_RULES = 50;

/** How a rule's key is read; null: it is none. */
export type RateKey =
  | { readonly kind: "client" | "path" | "jwt-sub" }
  | { readonly kind: "header" | "cookie"; readonly name: string };

export function parseRateKey(text: string): RateKey | null {
  if (text === "client" || text === "path" || text === "jwt-sub") return { kind: text };
  const named = /^(header|cookie):([!#$%&'*+.^_`|~0-9A-Za-z-]{1,128})$/.exec(text);
  if (named === null) return null;
  return named[1] === "header"
    ? { kind: "header", name: named[2]!.toLowerCase() }
    : { kind: "cookie", name: named[2]! };
}

export const RATE_RULE_DEFAULTS: Pick<RateRule, "key" | "statuses" | "action" | "ban_seconds"> = Object
  .freeze({
    key: "client",
    statuses: Object.freeze([]),
    action: "429",
    ban_seconds: 600,
  });

/** Rules to begin with; what they match is meant to be read and changed. */
export const RATE_RULE_PRESETS = Object.freeze(
  {
    "sign-in": {
      name: "sign-in",
      when: {
        join: "and",
        of: [
          { target: "method", operator: "equals", value: "POST" },
          {
            target: "path",
            operator: "matches",
            value: "(?:log|sign)[-_]?(?:in|on)|/(?:session|auth|token)s?(?:/|$)",
          },
        ],
      },
      ...RATE_RULE_DEFAULTS,
      count: 5,
      period_seconds: 300,
      statuses: [401, 403],
    },
    api: {
      name: "api",
      when: { join: "and", of: [{ target: "path", operator: "starts-with", value: "/api/" }] },
      ...RATE_RULE_DEFAULTS,
      count: 600,
      period_seconds: 60,
    },
    search: {
      name: "search",
      when: { join: "and", of: [{ target: "path", operator: "contains", value: "search" }] },
      ...RATE_RULE_DEFAULTS,
      count: 30,
      period_seconds: 60,
    },
  } as const satisfies Readonly<Record<string, RateRule>>,
);

export type RateRulePreset = keyof typeof RATE_RULE_PRESETS;
