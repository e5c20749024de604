import { z } from "zod";
import { BAN_ORIGINS } from "../../core/ban_wish.ts";
import { count, id, nothing, search, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

const banViewName = z.enum(["ban", "ip_timeout", "blacklist"]);

export const banView = z.strictObject({
  id,
  /** Address or CIDR. */
  network: z.string(),
  host_id: id.nullable(),
  host_name: z.string().nullable(),
  reason: z.string(),
  /** `blacklist`: no end; `ip_timeout`: ends, of one host; `ban`: the others. */
  view: banViewName,
  origin: z.enum(BAN_ORIGINS),
  created_at: timestamp,
  created_by: z.string(),
  /** null: no end. */
  expires_at: timestamp.nullable(),
  /** Requests that read 403, and connections that were closed without an answer. */
  answered: count,
  dropped: count,
  last_hit_at: timestamp.nullable(),
  /** False: it stands in the black list of the settings or of the host, and is removed there. */
  removable: z.boolean(),
});

const filter = {
  q: search.optional(),
  origin: z.enum(BAN_ORIGINS).optional(),
  view: banViewName.optional(),
};

export const bansContract = {
  "bans.list": contract({
    summary: "Bans in force",
    role: "viewer",
    changes: false,
    input: z.strictObject(filter),
    output: z.array(banView),
  }),
  "bans.export": contract({
    summary: "Bans in force as a file",
    role: "viewer",
    changes: false,
    input: z.strictObject({ ...filter, format: z.enum(["csv", "json"]).default("csv") }),
    output: z.strictObject({
      file_name: z.string(),
      /** The file, base64. */
      content: z.string(),
    }),
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
