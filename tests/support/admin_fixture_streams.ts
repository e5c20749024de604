import type { OperationOutput } from "../../src/control/operation.ts";
import { STREAM_DEFAULTS } from "../../src/core/stream.ts";
import { HOSTILE, NOW } from "./admin_fixture_data.ts";

type Stream = OperationOutput<"streams.get">;

function stream(id: string, over: Partial<Stream>): Stream {
  return {
    ...structuredClone(STREAM_DEFAULTS) as unknown as Stream,
    id,
    name: id,
    listen: "[::]:5432",
    upstream: "10.20.0.40:5432",
    origin: "database",
    created_at: NOW - 86_400_000,
    updated_at: NOW - 3_600_000,
    version: 3,
    state: "serving",
    fault: "",
    upstream_state: { up: true, text: "connected in 1 ms", checked_at: NOW - 4_000 },
    active: 12,
    total: 4_711,
    refused: 38,
    failed: 2,
    upload_bytes: 81_204_112,
    download_bytes: 1_920_331_004,
    ...over,
  };
}

/** Invented streams in each of their states. */
export function streams(): Stream[] {
  return [
    stream("postgres", { whitelist_cidrs: ["192.0.2.0/24", "2001:db8:7::/48"], notes: HOSTILE }),
    stream("dns", { protocol: "both", listen: "[::]:53", upstream: "10.20.0.53:53", active: 231 }),
    stream("imap", {
      listen: "https",
      upstream: "10.20.0.25:993",
      server_names: ["imap.example.com", "mail.example.com"],
      state: "down",
      upstream_state: { up: false, text: "10.20.0.25:993: connection refused", checked_at: NOW - 2_000 },
    }),
    stream("game", {
      listen: "[::]:25565",
      state: "failed",
      fault: "[::]:25565 is in use: stop the other program",
    }),
    stream("old-ftp", { listen: "[::]:21", enabled: false, state: "disabled", origin: "file" }),
  ];
}

export function streamConnections(): OperationOutput<"streams.connections"> {
  const row = (id: string, over: Partial<OperationOutput<"streams.connections">[number]>) => ({
    id,
    at: NOW - 61_000,
    stream_id: "postgres",
    stream_name: "postgres",
    transport: "tcp" as const,
    client: "203.0.113.77",
    server_name: "",
    duration_ms: 4_211,
    upload_bytes: 1_204,
    download_bytes: 88_112,
    end: "client" as const,
    why: "closed by the client",
    detail: "",
    ...over,
  });
  return [
    row("c1", {}),
    row("c2", { end: "not_listed", why: "not on the white list", duration_ms: 0, client: "2001:db8:99::1" }),
    row("c3", {
      stream_id: "imap",
      stream_name: "imap",
      server_name: "imap.example.com",
      end: "connect",
      why: "the upstream could not be reached",
      detail: `10.20.0.25:993: connection refused ${HOSTILE}`,
    }),
    row("c4", {
      stream_id: "gone",
      stream_name: null,
      transport: "udp",
      end: "idle",
      why: "no byte for the idle time-out",
    }),
  ];
}
