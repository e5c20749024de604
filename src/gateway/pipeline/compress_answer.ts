import type { Encoding } from "../../core/compression.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { BodyEncoder } from "../response/body_encoder.ts";
import { type CompressionRules, negotiate } from "../response/negotiate.ts";
import type { Flow } from "./flow.ts";

/** The length that follows the head: null where the answer is compressed; then `flow.encoder` takes its body. */
export function compressAnswer(
  rules: CompressionRules,
  flow: Flow,
  status: number,
  headers: HeaderList,
  length: number | null,
): number | null {
  const { request } = flow.exchange;
  const { encoders } = flow.services;
  const isHead = request.method === "HEAD";
  if (!isHead && !encoders.take()) return length;
  const encoding = negotiate(rules, request.headers, status, headers, length);
  if (encoding !== null && !isHead) {
    flow.encoder = encoderOf(flow, encoding, length === null);
    return null;
  }
  if (!isHead) encoders.give();
  return encoding === null ? length : null;
}

function encoderOf(flow: Flow, encoding: Encoding, flushes: boolean): BodyEncoder {
  const { exchange, services } = flow;
  return new BodyEncoder(encoding, flushes, {
    write: (chunk) => flow.writeToClient(chunk),
    end: (trailers) => exchange.response.end(trailers),
    drained: () => flow.call?.resume(),
    failed(detail) {
      flow.settled = true;
      flow.call?.abort();
      exchange.response.abort(detail);
    },
    closed: () => services.encoders.give(),
  });
}
