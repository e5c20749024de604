import type { BodySource } from "../../core/body.ts";
import { block } from "../../core/verdict.ts";
import type { Flow } from "../pipeline/flow.ts";
import { refuse } from "../pipeline/settle.ts";
import { ScannedBody, type ScanOutcome } from "./scanned_body.ts";
import { uploadReading } from "./upload_reading.ts";

/** The body as the target gets it, through clamd; null: the request was refused. */
export function scanned(flow: Flow): BodySource | null {
  const reading = uploadReading(flow.exchange.request.headers);
  if (reading.kind === "odd" && !mayGoOn(flow, { kind: "odd", detail: reading.why })) return null;
  const { settings } = flow.snapshot;
  const body = new ScannedBody(flow.body, reading, settings.file_scan, (outcome) => mayGoOn(flow, outcome));
  flow.scan = body;
  return body;
}

/** What becomes of an upload: refused, or noted and passed on. */
function mayGoOn(flow: Flow, { kind, detail }: ScanOutcome): boolean {
  const { exchange, services } = flow;
  const { mode, on_failure } = flow.host!.host.file_scan;
  const { logger } = services;
  if (kind !== "infected") logger.warn("an upload was not scanned", { request_id: exchange.id, why: detail });
  // [SECURITY] Failing open is for a clamd that is away; what a client writes so that nobody can scan it is no outage.
  const refuses = mode === "enforce" && (kind !== "failed" || on_failure === "refuse");
  if (refuses && !exchange.marked) {
    refuse(flow, block("file_scan", detail));
    return false;
  }
  if (exchange.reason === null || (exchange.reason === "file_scan" && exchange.action !== "detected")) {
    exchange.reason = "file_scan";
    exchange.detail = detail;
    if (kind !== "failed") exchange.action = "detected";
  } else if (kind === "infected") {
    // Something else was noted of the request already.
    logger.warn("an upload is infected", { request_id: exchange.id, found: detail });
  }
  return true;
}
