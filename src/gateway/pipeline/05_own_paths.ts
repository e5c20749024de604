import { HeaderList } from "../../core/header_list.ts";
import { PASS, respond, type Verdict } from "../../core/verdict.ts";
import { redeemProof } from "../challenge/own_challenge.ts";
import { checkPass, redeemWait } from "../challenge/without_script.ts";
import { ownPathRefusal } from "../own_path_rate.ts";
import { REPORT_PATH } from "../../../views/gate/report_form.ts";
import { hostName } from "../routing/apply_request.ts";
import type { Flow } from "./flow.ts";
import { takeReport } from "./mistake_report.ts";
import type { Stage } from "./stage.ts";

const NOT_FOUND = new TextEncoder().encode('{"error":"not found"}');

/** `/_aegis/` on every host belongs to Aegis: no target ever sees it, whatever is served there. */
export const ownPathsStage: Stage = {
  name: "05_own_paths",
  onError: "closed",
  run(flow) {
    if (!flow.exchange.request.rawPath.startsWith("/_aegis/")) return PASS;
    const refusal = ownPathRefusal(flow);
    if (refusal !== null) return refusal;
    return ownAnswer(flow);
  },
};

const OWN_PATHS: ReadonlyMap<string, (flow: Flow) => Verdict | Promise<Verdict>> = new Map<
  string,
  (flow: Flow) => Verdict | Promise<Verdict>
>([
  ["POST /_aegis/challenge", redeemProof],
  ["GET /_aegis/challenge/wait", redeemWait],
  ["GET /_aegis/challenge/check", checkPass],
  [`POST ${REPORT_PATH}`, takeReport],
]);

function ownAnswer(flow: Flow): Verdict | Promise<Verdict> {
  const { method, rawPath, authority } = flow.exchange.request;
  const own = OWN_PATHS.get(`${method} ${rawPath}`);
  const host = own === undefined ? null : flow.snapshot.findHost(hostName(authority));
  if (own !== undefined && host !== null) {
    flow.host = host;
    flow.exchange.hostId = host.host.id;
    return own(flow);
  }
  const headers = HeaderList.from([["content-type", "application/json"], ["cache-control", "no-store"]]);
  return respond(404, headers, NOT_FOUND, "own path");
}
