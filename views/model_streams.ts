/** What the operations of streams return. */
import type { Stream, StreamEnd } from "../src/core/stream.ts";

export interface StreamView extends Stream {
  readonly state: "serving" | "down" | "failed" | "disabled";
  /** Why its port is not open; empty where it is. */
  readonly fault: string;
  readonly upstream_state: {
    readonly up: boolean | null;
    readonly text: string;
    readonly checked_at: number | null;
  };
  readonly active: number;
  readonly total: number;
  readonly refused: number;
  readonly failed: number;
  readonly upload_bytes: number;
  readonly download_bytes: number;
}

export interface StreamConnectionView {
  readonly id: string;
  readonly at: number;
  readonly stream_id: string;
  readonly stream_name: string | null;
  readonly transport: "tcp" | "udp";
  readonly client: string;
  readonly server_name: string;
  readonly duration_ms: number;
  readonly upload_bytes: number;
  readonly download_bytes: number;
  readonly end: StreamEnd;
  readonly why: string;
  readonly detail: string;
}
