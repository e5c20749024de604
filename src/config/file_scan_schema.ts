import { z } from "zod";
import { DEFAULT_HOST_FILE_SCAN } from "../core/file_scan.ts";
import { socketPathFault, socketPathOf } from "../core/target_url.ts";
import { complain } from "./fields.ts";

const Clamd = z.string().max(300).check(complain((text: string) => {
  const path = socketPathOf(text);
  const fault = path === null ? addressFault(text) : socketPathFault(path);
  if (fault === null) return null;
  return { message: fault, remedy: "write 127.0.0.1:3310, or unix:/path below upstream_socket_dir" };
}));

function addressFault(text: string): string | null {
  const found = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/i.exec(text);
  const port = Number(found?.[1]);
  return found !== null && port >= 1 && port <= 65_535 ? null : `"${text}" is no address with a port`;
}

/** The setting `file_scan`. */
export const FileScan = z.strictObject({
  clamd: Clamd,
  max_bytes: z.int().min(1_024).max(4_294_967_295),
  timeout_ms: z.int().min(100).max(600_000),
});

export const HostFileScan = z.strictObject({
  mode: z.enum(["off", "detect", "enforce"]),
  on_failure: z.enum(["pass", "refuse"]),
});

/** `file_scan` of a host, what is left out as usual. */
export const HostFileScanInput = z.strictObject({
  mode: HostFileScan.shape.mode.default(DEFAULT_HOST_FILE_SCAN.mode),
  on_failure: HostFileScan.shape.on_failure.default(DEFAULT_HOST_FILE_SCAN.on_failure),
});
