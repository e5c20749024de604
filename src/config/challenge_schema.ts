import { z } from "zod";
import { CHALLENGE_MODES, DEFAULT_HOST_CHALLENGE } from "../core/challenge.ts";
import { Cidr, complain } from "./fields.ts";
import { PathPrefix } from "./path_schema.ts";

const Mode = z.enum(CHALLENGE_MODES);

const Agent = z.string().overwrite((text) => text.trim()).check(complain((text: string) => {
  if (/^[\x20-\x7e]{3,200}$/.test(text)) return null;
  return { message: `"${text}" is no part of a user agent`, remedy: "write three or more characters of it" };
}));

export const ChallengeFields = z.strictObject({
  /** null: as the setting `challenge.mode` says. */
  mode: Mode.nullable(),
  exempt_paths: z.array(PathPrefix).max(200),
  exempt_cidrs: z.array(Cidr).max(1_000),
  exempt_agents: z.array(Agent).max(200),
  no_script: z.boolean(),
  bind: z.enum(["network", "address"]),
  minutes: z.number().int().min(1).max(1_440),
});

const BY_DEFAULT = DEFAULT_HOST_CHALLENGE;
const { shape } = ChallengeFields;

/** `challenge` of a host, what is left out as usual. */
export const ChallengeInput = z.strictObject({
  mode: shape.mode.default(BY_DEFAULT.mode),
  exempt_paths: shape.exempt_paths.default([...BY_DEFAULT.exempt_paths]),
  exempt_cidrs: shape.exempt_cidrs.default([...BY_DEFAULT.exempt_cidrs]),
  exempt_agents: shape.exempt_agents.default([...BY_DEFAULT.exempt_agents]),
  no_script: shape.no_script.default(BY_DEFAULT.no_script),
  bind: shape.bind.default(BY_DEFAULT.bind),
  minutes: shape.minutes.default(BY_DEFAULT.minutes),
});

/** What a path may say otherwise than its host: a pass is the whole host's. */
export const ChallengePath = z.strictObject({ mode: Mode });

/** Of the settings. */
export const ChallengeSettings = z.strictObject({ mode: Mode });
