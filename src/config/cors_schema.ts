import { z } from "zod";
import { type Cors, CORS_DEFAULTS, corsFault, originFault } from "../core/cors.ts";
import { complain, Method } from "./fields.ts";

const Origin = z.string().max(300).overwrite((text) => text.trim().toLowerCase().replace(/\/$/, ""))
  .check(complain(originFault));

const FieldToken = z.string().max(128).overwrite((text) => text.trim().toLowerCase()).check(
  complain((name: string) => {
    if (/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return null;
    return { message: `"${name}" is no header name`, remedy: "names are letters, digits and hyphens" };
  }),
);

const Fields = z.strictObject({
  origins: z.array(Origin).max(256),
  methods: z.array(Method).max(64),
  headers: z.array(FieldToken).max(128),
  expose_headers: z.array(FieldToken).max(128),
  credentials: z.boolean(),
  max_age_seconds: z.number().int().min(0).max(86_400),
  block_foreign: z.boolean(),
});

/** null takes the policy away; of one that stays only what is named changes. */
export const CorsPatch = Fields.partial().nullable();

/** A policy, what is left out as usual; null: the target answers for itself. */
export const CorsInput = z.strictObject({
  origins: Fields.shape.origins.min(1),
  methods: Fields.shape.methods.default([...CORS_DEFAULTS.methods]),
  headers: Fields.shape.headers.default([...CORS_DEFAULTS.headers]),
  expose_headers: Fields.shape.expose_headers.default([...CORS_DEFAULTS.expose_headers]),
  credentials: Fields.shape.credentials.default(CORS_DEFAULTS.credentials),
  max_age_seconds: Fields.shape.max_age_seconds.default(CORS_DEFAULTS.max_age_seconds),
  block_foreign: Fields.shape.block_foreign.default(CORS_DEFAULTS.block_foreign),
}).check((payload) => {
  const fault = corsFault(payload.value as Cors);
  if (fault === null) return;
  payload.issues.push({
    code: "custom",
    path: [fault.field],
    message: fault.message,
    params: { remedy: fault.remedy },
    input: payload.value,
  });
}).nullable();
