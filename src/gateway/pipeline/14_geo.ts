import { block, PASS } from "../../core/verdict.ts";
import type { Stage } from "./stage.ts";

/** Countries that may come in. An address that no database knows, a private one among them, passes. */
export const geoStage: Stage = {
  name: "14_geo",
  onError: "open",
  run(flow) {
    const own = flow.host!.countries;
    const everywhere = flow.snapshot.countries;
    if (own === null && everywhere === null) return PASS;
    const country = flow.place?.country;
    if (country === undefined || country === "") return PASS;
    if (own?.blocked.has(country)) return block("geo", `${country} is blocked for this host`);
    if (everywhere?.blocked.has(country)) return block("geo", `${country} is blocked`);
    const allowed = own?.allowed ?? everywhere?.allowed ?? null;
    return allowed === null || allowed.has(country) ? PASS : block("geo", `${country} is not on the list`);
  },
};
