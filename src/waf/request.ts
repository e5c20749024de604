import type { HeaderList } from "../core/header_list.ts";
import type { ClientSigns } from "./signs.ts";

/** What the engine judges of a request before its body. Byte strings (one char a byte) throughout. */
export interface WafRequest {
  readonly method: string;
  /** As sent, without query. */
  readonly rawPath: string;
  /** Canonical (lib/canonical_path.ts); exceptions are written against it. */
  readonly path: string;
  /** Without `?`; null where there was none. */
  readonly rawQuery: string | null;
  readonly headers: HeaderList;
  /** The real client's address, canonical text. */
  readonly clientAddress: string;
  /** `HTTP/1.1`, `HTTP/2`, … */
  readonly protocol: string;
  /** Absent where nothing more is known of the client. */
  readonly signs?: ClientSigns;
}

/** What the engine says of a request so far; refusing is the caller's. In mode `detect` it is always `pass`. */
export type WafDecision = "pass" | "refuse" | "challenge" | "redirect";

/** The head says that a body follows. */
export function hasFraming({ headers }: WafRequest): boolean {
  return headers.has("transfer-encoding") || (headers.get("content-length") ?? "0") !== "0";
}
