import type { Refusal } from "../../core/listener.ts";
import type { CodecContext } from "./codec.ts";

/** What was readable of the request; empty where nothing was. */
type Unfinished = Pick<Refusal, "reason" | "detail"> & Partial<Pick<Refusal, "method" | "target" | "host">>;

/** Tells of a request that never became an exchange. Returns the id that it is logged under. */
export function tellRefused(
  { clock, handler, ids, info }: Pick<CodecContext, "clock" | "handler" | "ids" | "info">,
  { reason, detail, method = "", target = "", host = "" }: Unfinished,
): string {
  const requestId = ids.next(clock.now());
  handler.refused({ connection: info, reason, detail, requestId, method, target, host });
  return requestId;
}
