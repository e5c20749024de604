import type { BodySource } from "../../core/body.ts";
import { block } from "../../core/verdict.ts";
import { bodyTypeOf } from "../../waf/body/parse_body.ts";
import type { Flow } from "../pipeline/flow.ts";
import { refuse } from "../pipeline/settle.ts";
import { ScannedBody } from "./scanned_body.ts";

/** Bodies that hold no files, whatever is in them: their values are the rules' work. */
const FILELESS = new Set(["urlencoded", "json", "json-lines"]);
const NOBODY = { value: () => {}, undecoded: () => {}, anomaly: () => {} };

/** The body as the target gets it: through clamd where the host wants that and files may be in it. */
export function scanned(flow: Flow): BodySource {
  const { file_scan } = flow.host!.host;
  const { format, boundary } = bodyTypeOf(flow.exchange.request.headers.all("content-type"), NOBODY);
  if (FILELESS.has(format)) return flow.body;
  const body = new ScannedBody(
    flow.body,
    format === "multipart" ? boundary : null,
    flow.snapshot.settings.file_scan,
    ({ kind, detail }) => {
      const { exchange, services } = flow;
      if (kind === "failed") {
        services.logger.warn("an upload was not scanned", {
          request_id: exchange.id,
          why: detail,
        });
      }
      const refuses = kind === "infected" ? file_scan.mode === "enforce" : file_scan.on_failure === "refuse";
      if (refuses && !exchange.marked) {
        refuse(flow, block("file_scan", detail));
        return false;
      }
      if (exchange.reason === null) {
        exchange.reason = "file_scan";
        exchange.detail = detail;
        if (kind === "infected") exchange.action = "detected";
      }
      return true;
    },
  );
  flow.scan = body;
  return body;
}
