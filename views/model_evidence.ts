import type { FindingView, RuleTestResult } from "./model.ts";

/** A request that is kept whole, with secrets reduced to their shape. */
export interface KeptRequest {
  readonly request_id: string;
  readonly until: number;
  readonly method: string;
  readonly target: string;
  readonly protocol: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string | null;
  readonly body_bytes: number;
  readonly body_lacks: "nothing" | "end" | "all";
}

export interface ReplayResult {
  readonly verdict: RuleTestResult["verdict"];
  readonly score: number;
  readonly threshold: number;
  readonly findings: readonly FindingView[];
  readonly gone: readonly string[];
  readonly fresh: readonly string[];
}
