import { createHash } from "node:crypto";
import type { Host } from "../core/host.ts";
import type { Target } from "../core/target.ts";
import { pathName } from "../core/host_path.ts";
import type { PresetSettings } from "./presets.ts";
import { type FileApiSchema, readSchemas, type SchemaSurroundings } from "./file_schemas.ts";
import { HostInput } from "./host_schema.ts";
import type { HostFields } from "./host_schema.ts";
import { socketFaults } from "./socket_targets.ts";
import { fieldErrors } from "./schema_errors.ts";
import type { PlacedError } from "./schema_errors.ts";

/** The hosts of `hosts:`, defaults of the preset filled in where the author left a field out. */
export function readHosts(
  raw: readonly unknown[],
  defaults: PresetSettings["host"],
  now: number,
  socketDir: string | null,
  documents: SchemaSurroundings,
): { hosts: Host[]; schemas: FileApiSchema[]; errors: PlacedError[] } {
  const hosts: Host[] = [];
  const schemas: FileApiSchema[] = [];
  const errors: PlacedError[] = [];
  const owners = new Map<string, number>();
  for (const [index, whole] of raw.entries()) {
    const { schemas: declared, ...block } = isBlock(whole) ? whole : { schemas: undefined };
    const read = HostInput.safeParse(withDefaults(isBlock(whole) ? block : whole, defaults));
    if (!read.success) {
      for (const error of fieldErrors(HostInput, read.error)) errors.push(below(error, ["hosts", index]));
      continue;
    }
    for (const [at, domain] of read.data.domains.entries()) {
      const owner = owners.get(domain);
      if (owner === undefined) {
        owners.set(domain, index);
        continue;
      }
      const path = ["hosts", index, "domains", at];
      const message = `"${domain}" belongs to hosts.${owner} already`;
      errors.push({
        path,
        atKey: false,
        field: path.join("."),
        message,
        remedy: "name each domain in one host",
      });
    }
    errors.push(...socketFaults(read.data.targets, socketDir, ["hosts", index, "targets"]));
    for (const [at, path] of read.data.paths.entries()) {
      errors.push(...socketFaults(path.targets, socketDir, ["hosts", index, "paths", at, "targets"]));
    }
    if (read.data.client_auth.mode !== "off" && read.data.client_auth.ca === "") {
      const path = ["hosts", index, "client_auth", "ca"];
      const message = "no authority is named whose certificates come in";
      const remedy = "write ca: | and below it the PEM text of the CA that signs the clients' certificates";
      errors.push({ path, atKey: false, field: path.join("."), message, remedy });
    }
    const host = fileHost(read.data, now);
    hosts.push(host);
    if (declared === undefined) continue;
    const documented = readSchemas(declared, index, host.id, documents);
    errors.push(...documented.errors);
    schemas.push(...documented.schemas);
  }
  return { hosts, schemas, errors };
}

function below(error: PlacedError, prefix: readonly PropertyKey[]): PlacedError {
  const path = [...prefix, ...error.path];
  return { ...error, path, field: path.join(".") };
}

function withDefaults(block: unknown, defaults: PresetSettings["host"]): unknown {
  if (!isBlock(block)) return block;
  const waf = block.waf ?? {};
  return {
    max_body_bytes: defaults.max_body_bytes,
    security_headers: defaults.security_headers,
    ...block,
    waf: isBlock(waf) ? { mode: defaults.waf_mode, ...waf } : waf,
  };
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A host that the file declares. Its ids come of what it is, not of its place, so that its log and its targets' state
 * outlive a change elsewhere in the file.
 */
export function fileHost(fields: HostFields, now: number): Host {
  const id = `file-${digest(fields.domains[0]!)}`;
  return {
    ...fields,
    id,
    targets: withIds(fields.targets, id),
    paths: fields.paths.map((path) => ({
      ...path,
      targets: withIds(path.targets, `${id} ${pathName(path)}`),
    })),
    origin: "file",
    created_at: now,
    updated_at: now,
    version: 1,
  };
}

function withIds(targets: HostFields["targets"], owner: string): Target[] {
  const urls = new Map<string, number>();
  return targets.map((target) => {
    const nth = urls.get(target.url) ?? 0;
    urls.set(target.url, nth + 1);
    return { ...target, id: `file-${digest(`${owner} ${target.url} ${nth}`)}` };
  });
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
