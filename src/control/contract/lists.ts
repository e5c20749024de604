import { z } from "zod";
import { contract } from "../operation_contract.ts";
import { count, id, nothing, timestamp } from "./common.ts";

const name = z.string().trim().min(1).max(100);
const url = z.string().max(2_048);
/** Seconds between fetches. */
const every = z.int().min(10).max(2_592_000);
/** Sent as X-Api-Key; never shown again. Empty: none. */
const key = z.string().max(500).regex(/^[\x21-\x7e]*$/, "may only have visible ASCII characters");

/** As `cscli machines add` names it. */
const machine = z.string().max(200).regex(/^[\x21-\x7e]*$/, "may only have visible ASCII characters");
/** Never shown again. Empty: none. */
const password = z.string().max(500).regex(/^[\x20-\x7e]*$/, "may only have ASCII characters");

export const addressListView = z.strictObject({
  id,
  name: z.string(),
  /** `networks`: an address or CIDR a line; `crowdsec`: a CrowdSec Local API. */
  kind: z.enum(["networks", "crowdsec"]),
  url: z.string(),
  every_seconds: count,
  enabled: z.boolean(),
  has_key: z.boolean(),
  /** Of the last good state. */
  entries: count,
  /** Entries of it that are inner networks, or too wide to ban. */
  left_out: count,
  /** `off`; `waiting`: never fetched; `fresh`; `stale`: the last try failed, and the last good state serves on. */
  state: z.enum(["off", "waiting", "fresh", "stale", "failed"]),
  /** Why the last try failed, with the line; empty where it did not. */
  error: z.string(),
  tried_at: timestamp.nullable(),
  fetched_at: timestamp.nullable(),
  answered: count,
  dropped: count,
  last_hit_at: timestamp.nullable(),
  /** CrowdSec: own bans are offered to it … */
  offers: z.boolean(),
  /** … by the machine that signs in there so; empty: none. */
  machine: z.string(),
  has_password: z.boolean(),
  /** Bans that it was told and that have not ended. */
  offered: count,
  offered_at: timestamp.nullable(),
  /** Why the last try to offer failed; the bans wait. */
  offer_error: z.string(),
});

export const listsContract = {
  "lists.list": contract({
    summary: "Address lists by subscription, and how each stands",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.array(addressListView),
  }),
  "lists.create": contract({
    summary: "Subscribe to an address list",
    role: "operator",
    changes: true,
    input: z.strictObject({
      name,
      kind: z.enum(["networks", "crowdsec"]).default("networks"),
      url,
      every_seconds: every.default(43_200),
      enabled: z.boolean().default(true),
      key: key.default(""),
      offers: z.boolean().default(false),
      machine: machine.default(""),
      password: password.default(""),
    }),
    output: addressListView,
  }),
  "lists.update": contract({
    summary: "Change a list, or switch it on or off; what is absent stays",
    role: "operator",
    changes: true,
    input: z.strictObject({
      id,
      name: name.optional(),
      url: url.optional(),
      every_seconds: every.optional(),
      enabled: z.boolean().optional(),
      key: key.optional(),
      offers: z.boolean().optional(),
      machine: machine.optional(),
      password: password.optional(),
    }),
    output: addressListView,
  }),
  "lists.refresh": contract({
    summary: "Fetch a list now, and offer it what it was not told yet; what came of it stands in the answer",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: addressListView,
  }),
  "lists.delete": contract({
    summary: "End a subscription; its entries are in force no longer",
    role: "operator",
    changes: true,
    input: z.strictObject({ id }),
    output: nothing,
  }),
};
