import type { Family } from "./metrics_text.ts";

/** Of one stream, since the process began, over all threads. */
export interface StreamMetrics {
  /** As the operator named it. */
  readonly name: string;
  /** Connections (UDP: clients) now. */
  readonly active: number;
  readonly total: number;
  /** Not let in: lists and caps. */
  readonly refused: number;
  /** The upstream could not be reached. */
  readonly failed: number;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}

/** What streams (TCP and UDP) carry. Streams are of the operator's own configuration, and so is their number. */
export function streamFamilies(family: Family, streams: readonly StreamMetrics[]): void {
  family(
    "aegis_stream_connections",
    "gauge",
    "Open connections of a stream; of UDP its clients.",
    streams.map(({ name, active }) => [{ stream: name }, active]),
  );
  family(
    "aegis_stream_connections_total",
    "counter",
    "Connections that were let in (those that failed, without an upstream, among them) or refused.",
    streams.flatMap(({ name, total, refused, failed }): [Record<string, string>, number][] => [
      [{ stream: name, result: "accepted" }, total],
      [{ stream: name, result: "refused" }, refused],
      [{ stream: name, result: "failed" }, failed],
    ]),
  );
  family(
    "aegis_stream_bytes_total",
    "counter",
    "Bytes that a stream carried, by direction.",
    streams.flatMap(({ name, uploadBytes, downloadBytes }): [Record<string, string>, number][] => [
      [{ stream: name, direction: "upload" }, uploadBytes],
      [{ stream: name, direction: "download" }, downloadBytes],
    ]),
  );
}
