import type { HeaderList } from "./header_list.ts";
import type { Reason } from "./reason.ts";

/** What a stage decides about an exchange. */
export type Verdict = Pass | Block | Challenge | Respond;

export interface Pass {
  readonly kind: "pass";
}

/** Refused. The client reads the reason's public text; `detail` (rule id, list name, limit) stands in the log. */
export interface Block {
  readonly kind: "block";
  readonly reason: Reason;
  readonly detail: string;
  /** Header fields that the refusal carries, e.g. `allow` or `retry-after`. */
  readonly headers?: HeaderList;
  /** Another status than the reason's, where the list of reasons offers several. */
  readonly status?: number;
  /** What the operator set up to be answered so, as a dead host's 404: nothing was warded off, and no count says so. */
  readonly usual?: boolean;
  /**
   * What of the request itself is wrong, for the program that sent it (RFC 9457, `detail`): a place and a rule, never a
   * value of it, nor anything of how Aegis found out.
   */
  readonly problem?: string;
}

/** The client must prove something before it goes on. */
export interface Challenge {
  readonly kind: "challenge";
  readonly detail: string;
}

/** Answered by Aegis itself, without refusing: a redirect, an own path. */
export interface Respond {
  readonly kind: "respond";
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array | null;
  readonly detail: string;
}

export const PASS: Pass = Object.freeze({ kind: "pass" });

export function block(
  reason: Reason,
  detail = "",
  extra: Pick<Block, "headers" | "status" | "usual" | "problem"> = {},
): Block {
  return { kind: "block", reason, detail, ...extra };
}

export function respond(status: number, headers: HeaderList, body: Uint8Array | null, detail = ""): Respond {
  return { kind: "respond", status, headers, body, detail };
}
