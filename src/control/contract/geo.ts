import { z } from "zod";
import { range } from "./analytics.ts";
import { count, nothing, timestamp } from "./common.ts";
import { contract } from "../operation_contract.ts";

const countrySums = z.strictObject({
  /** ISO 3166-1 alpha-2; empty: not known, private addresses among them. */
  country: z.string(),
  name: z.string(),
  requests: count,
  detected: count,
  blocked: count,
});

export const geoStatus = z.strictObject({
  /** The toggle `geoip`. */
  enabled: z.boolean(),
  files: z.array(z.strictObject({
    role: z.enum(["country", "asn"]),
    /** `built-in` comes with Aegis. */
    origin: z.enum(["file", "built-in"]),
    path: z.string(),
    /** What the file calls itself; null: nothing of it is in use. */
    type: z.string().nullable(),
    built_at: timestamp.nullable(),
    bytes: count,
    licence: z.string(),
    read_at: timestamp.nullable(),
    /** Why what stands there now is not in use. */
    error: z.string().nullable(),
  })),
  /** When the files are looked at again; null: nothing runs. */
  next_look_at: timestamp.nullable(),
});

export const place = z.strictObject({
  address: z.string(),
  /** Empty: not known. */
  country: z.string(),
  name: z.string(),
  city: z.string(),
  asn: z.int().nullable(),
  organisation: z.string(),
});

export const geoContract = {
  "analytics.geo": contract({
    summary: "Requests by country, the busiest first",
    role: "viewer",
    changes: false,
    input: z.strictObject({ range: range.default("24h") }),
    output: z.strictObject({ from: timestamp, to: timestamp, countries: z.array(countrySums) }),
  }),
  "geo.status": contract({
    summary: "The geolocation databases in use: file, age, licence, next look",
    role: "viewer",
    changes: false,
    input: nothing,
    output: geoStatus,
  }),
  "geo.look_up": contract({
    summary: "Where an address is",
    role: "viewer",
    changes: false,
    input: z.strictObject({ address: z.string().max(64) }),
    output: place,
  }),
};
