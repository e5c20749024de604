import { z } from "zod";
import { ProxyEntry } from "../../config/proxy_schema.ts";
import { CDN_NAMES, DISCOVERY_KINDS, PROXY_HEADERS } from "../../core/trusted_proxy.ts";
import { contract } from "../operation_contract.ts";
import { count, nothing, timestamp } from "./common.ts";

const entry = z.strictObject({
  network: z.string(),
  header: z.enum(PROXY_HEADERS),
  origin: z.enum(["environment", "file", "settings", ...CDN_NAMES, ...DISCOVERY_KINDS]),
  /** File and line where it was found; empty for others. */
  place: z.string(),
});

export const proxiesView = z.strictObject({
  trusted: z.array(entry),
  /** Found in other programs' lists, and not trusted. */
  proposed: z.array(entry),
  /** Files that proxies are looked for in. */
  sources: z.array(z.strictObject({
    kind: z.enum(DISCOVERY_KINDS),
    path: z.string(),
    read_at: timestamp,
    found: count,
    problem: z.string().nullable(),
  })),
  cdn: z.array(z.strictObject({
    name: z.enum(CDN_NAMES),
    title: z.string(),
    trusted: z.boolean(),
    networks: count,
    /** null: as they were when this version was made. */
    fetched_at: timestamp.nullable(),
  })),
  auto_trust: z.boolean(),
});

export const proxiesContract = {
  "proxies.list": contract({
    summary: "Whose word on a client's address is taken, and who else may deserve it",
    role: "viewer",
    changes: false,
    input: nothing,
    output: proxiesView,
  }),
  "proxies.reload": contract({
    summary: "Read the files that proxies are looked for in again",
    role: "operator",
    changes: true,
    input: nothing,
    output: proxiesView,
  }),
  "proxies.add": contract({
    summary: "Trust a proxy: believe it on its clients' addresses, in one header",
    role: "admin",
    changes: true,
    input: ProxyEntry,
    output: proxiesView,
  }),
  "proxies.remove": contract({
    summary: "Trust a proxy of the settings no longer",
    role: "admin",
    changes: true,
    input: z.strictObject({ network: z.string().min(2).max(64) }),
    output: proxiesView,
  }),
  "proxies.refresh_cdn": contract({
    summary: "Fetch the networks that a provider of content delivery publishes",
    role: "admin",
    changes: true,
    input: z.strictObject({ name: z.enum(CDN_NAMES) }),
    output: proxiesView,
  }),
};
