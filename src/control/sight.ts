import { maskAddress } from "../lib/mask_address.ts";
import type { Context } from "./body.ts";

/** Whether the actor sees whole client addresses: a viewer does not while masking is on (spec 04, People and roles). */
export function seesAddresses({ control, actor }: Context): boolean {
  return actor.role !== "viewer" || !control.config.log.mask;
}

/** An address as the actor may see it. */
export function shownAddress(context: Context, address: string): string {
  return seesAddresses(context) ? address : maskAddress(address);
}
