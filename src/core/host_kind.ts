import type { RedirectStatus } from "./transform.ts";

/**
 * `proxy`: requests go to targets. `redirect`: every request is led to another address. `dead`: every request is
 * answered 404.
 */
export const HOST_KINDS = ["proxy", "redirect", "dead"] as const;
export type HostKind = typeof HOST_KINDS[number];

export interface HostRedirect {
  /** `https://new.example.com/shop`. */
  readonly url: string;
  /** The request's path and query are put behind it. */
  readonly keep_path: boolean;
  readonly status: RedirectStatus;
}
