import { z } from "zod";
import { BAN_ORIGINS } from "../../core/ban_wish.ts";
import { id, nothing, search, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

export const banView = z.strictObject({
  id,
  /** Address or CIDR. */
  network: z.string(),
  host_id: id.nullable(),
  host_name: z.string().nullable(),
  reason: z.string(),
  origin: z.enum(BAN_ORIGINS),
  created_at: timestamp,
  created_by: z.string(),
  /** null: no end. */
  expires_at: timestamp.nullable(),
});

export const bansContract = {
  "bans.list": contract({
    summary: "Bans in force",
    role: "viewer",
    changes: false,
    input: z.strictObject({ q: search.optional() }),
    output: z.array(banView),
  }),
  "bans.create": contract({
    summary: "Ban an address or network; never loopback, a white-listed range or one's own address",
    role: "operator",
    changes: true,
    input: z.strictObject({
      network: z.string().min(2).max(64),
      host_id: id.optional(),
      /** Absent: no end. At most ten years. */
      seconds: z.int().min(1).max(315_360_000).optional(),
      reason: z.string().max(200).optional(),
    }),
    output: banView,
  }),
  "bans.delete": contract({
    summary: "Lift a ban",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};
