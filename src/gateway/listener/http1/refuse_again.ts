import type { Exchange } from "../../../core/exchange.ts";
import type { CodecContext } from "../codec.ts";
import type { Output } from "../output.ts";
import { PreparedBytes } from "./prepared_bytes.ts";
import type { ParsedRequest } from "./request_parser.ts";

/** Keeps with `request` what refused it, where its answer is one that a connection goes on after. */
export function rememberRefusal(request: ParsedRequest, { lasting }: Exchange): void {
  const { bodyLength, head, keepAlive, minorVersion } = request;
  const isUsual = keepAlive && minorVersion === 1 && bodyLength === 0 && head.method !== "HEAD";
  request.lasting = isUsual ? lasting : null;
}

/** Answers `request`, which has come again, where what refused it lasts. False: nothing was done. */
export function refuseAgain(request: ParsedRequest, context: CodecContext, output: Output): boolean {
  const { clock, date, ids, state } = context;
  const { lasting } = request;
  if (lasting === null || state.draining) return false;
  const at = clock.now();
  const parts = lasting.partsFor(ids.next(at));
  const bytes = PreparedBytes.of(lasting.answer, date.text(at), parts);
  if (bytes === null || !lasting.takes(at, bytes.bodyBytes)) return false;
  bytes.write(output, parts);
  return true;
}
