/** Uploads to a host go through clamd before the target has all of them (spec 02, The engine). */
export interface HostFileScan {
  /** `detect`: what is found is written down, and passes. */
  readonly mode: "off" | "detect" | "enforce";
  /** What becomes of an upload that could not be scanned. */
  readonly on_failure: "pass" | "refuse";
}

export const DEFAULT_HOST_FILE_SCAN: HostFileScan = Object.freeze({ mode: "off", on_failure: "pass" });

/** Where clamd listens, and what is asked of it. */
export interface FileScanSettings {
  /** `host:port`, or `unix:/path` below `upstream_socket_dir`. */
  readonly clamd: string;
  /** Of one file; what is longer counts as not scanned. clamd's StreamMaxLength should be as large. */
  readonly max_bytes: number;
  /** For the verdict, from the end of the upload. */
  readonly timeout_ms: number;
}

export const DEFAULT_FILE_SCAN: FileScanSettings = Object.freeze({
  clamd: "127.0.0.1:3310",
  max_bytes: 26_214_400,
  timeout_ms: 30_000,
});
