import { HeaderList } from "../../core/header_list.ts";
import { PASS, respond } from "../../core/verdict.ts";
import { ownPathRefusal } from "../own_path_rate.ts";
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
    const headers = HeaderList.from([["content-type", "application/json"], ["cache-control", "no-store"]]);
    return respond(404, headers, NOT_FOUND, "own path");
  },
};
