import { z } from "zod";
import { PRESET_NAMES } from "../../config/presets.ts";
import { contract } from "../operation_contract.ts";
import { count, id, nothing, timestamp } from "./common.ts";
import { hostView } from "./hosts.ts";

const MOST_MINUTES = 7 * 24 * 60;

const level = z.enum(["none", "statistics", "load", "operator"]);

/** How long a switch stays on from now; 0 ends it. */
const minutes = z.int().min(0).max(MOST_MINUTES);

const host = z.strictObject({ id: z.string().min(1).max(253) });

/** Requests a second: of the last minute, and what is usual; null where that is not known yet. */
const rate = { rps: z.number().nullable(), usual: z.number().nullable() };

export const shieldStatus = z.strictObject({
  preset: z.enum(PRESET_NAMES),
  ...rate,
  /** Of all hosts: who or what says that Aegis is under attack. */
  level,
  /** The same for people, and how many hosts are under attack by themselves. */
  text: z.string(),
  /** End of the operator's switch for all hosts. */
  until: timestamp.nullable(),
  /** Requests that are neither tunnels nor event streams. */
  in_flight: count,
  hosts: z.array(z.strictObject({
    id,
    name: z.string(),
    /** Of the host itself and of all hosts, the stronger. */
    level,
    /** Of the host alone. */
    own_level: level,
    /** For people: why its clients are asked. */
    text: z.string(),
    ...rate,
    under_attack_until: timestamp.nullable(),
    maintenance_until: timestamp.nullable(),
    waf_paused_until: timestamp.nullable(),
  })),
});

/** What everybody who works here should see: at the top of every page. */
export const banner = z.strictObject({
  kind: z.enum(["under_attack", "statistics", "load", "maintenance", "waf_pause"]),
  /** null: every host. */
  host_id: id.nullable(),
  host_name: z.string().nullable(),
  /** null: when it is over is not known. */
  until: timestamp.nullable(),
});

export const shieldContract = {
  "shield.banners": contract({
    summary: "What is switched on for a while, and what Aegis has found to be an attack",
    role: "viewer",
    changes: false,
    input: nothing,
    output: z.array(banner),
  }),
  "shield.status": contract({
    summary: "Whether Aegis or one of its hosts is under attack, and what is switched on for a while",
    role: "viewer",
    changes: false,
    input: nothing,
    output: shieldStatus,
  }),
  "shield.under_attack": contract({
    summary: "Ask every client of every host to prove itself for so many minutes; 0 ends it",
    role: "operator",
    changes: true,
    input: z.strictObject({ minutes }),
    output: shieldStatus,
  }),
  "hosts.under_attack": contract({
    summary: "Ask every client of a host to prove itself for so many minutes; 0 ends it",
    role: "operator",
    changes: true,
    input: z.strictObject({ ...host.shape, minutes }),
    output: hostView,
  }),
  "hosts.maintenance": contract({
    summary: "Show the maintenance page to all but the exempt addresses for so many minutes; 0 ends it",
    role: "operator",
    changes: true,
    input: z.strictObject({ ...host.shape, minutes }),
    output: hostView,
  }),
  "hosts.pause_waf": contract({
    summary: "Let requests of a host pass without the rules for so many minutes, a day at most; 0 ends it",
    role: "operator",
    changes: true,
    input: z.strictObject({ ...host.shape, minutes: minutes.max(24 * 60).default(15) }),
    output: hostView,
  }),
};
