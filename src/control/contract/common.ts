import { z } from "zod";
import { ROLES } from "../../core/role.ts";

/** Milliseconds since 1970, UTC. */
export const timestamp = z.int().min(0).meta({ description: "Milliseconds since 1970, UTC" });

export const nothing = z.strictObject({});

/** Name of a rule, host, ban … as it stands in a URL: bounded and without white space. */
export const id = z.string().min(1).max(128).regex(/^\S+$/, "must not contain white space");

/** Free text of one line or a few. */
export const note = z.string().max(1_000);

/** What a person types into a search field. */
export const search = z.string().max(200);

export const role = z.enum(ROLES);

export const paranoia = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);

export const severity = z.enum(["low", "medium", "high", "critical"]);

export const ruleAction = z.enum(["block", "allow", "challenge", "log", "redirect"]);

export const ruleSwitch = z.enum(["inherit", "on", "off", "detect", "block", "challenge"]);

export const exchangeAction = z.enum(["allowed", "detected", "blocked", "challenged"]);

export const count = z.int().min(0);

export const fieldError = z.strictObject({
  field: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
  file: z.string().optional(),
  line: z.int().optional(),
});
