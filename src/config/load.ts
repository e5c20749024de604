import { dirname, resolve } from "node:path";
import type { FieldError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { LogSettings } from "../core/messages.ts";
import { socketPathOf, socketPlaceRemedy } from "../core/target_url.ts";
import type { Config } from "./config.ts";
import type { ConfigFile } from "./config_file.ts";
import { dataPaths } from "./data_paths.ts";
import { declaredSettings } from "./declared.ts";
import { readHosts } from "./file_hosts.ts";
import { readRules } from "./file_rules.ts";
import { FileSchema } from "./file_schema.ts";
import type { FileContent } from "./file_schema.ts";
import { readStreams } from "./file_streams.ts";
import { readOverrides } from "./flags.ts";
import type { Overrides } from "./flags.ts";
import { adminTlsFault, listenAddresses, takenPortFaults } from "./listeners.ts";
import { nameMissingPart } from "./not_yet.ts";
import { openFile } from "./open_file.ts";
import { PRESETS, type PresetSettings } from "./presets.ts";
import { flagFault, refused } from "./refusal.ts";
import { fieldErrors } from "./schema_errors.ts";
import type { PlacedError } from "./schema_errors.ts";
import { conflicts, isShortForm, onlyHost, shortFormHost } from "./short_form.ts";
import { socketDirFault, socketFaults } from "./socket_targets.ts";
import type { ConfigSources } from "./config_sources.ts";

/**
 * Flags > environment > aegis.yml > defaults. Throws `AegisError` "config_refused" with every fault that was found,
 * each with file, line, field and remedy.
 */
export function loadConfig(sources: ConfigSources): Config {
  const overrides = readOverrides(sources.flags, sources.env);
  const errors: FieldError[] = [...overrides.errors];
  const opened = openFile(sources, overrides);
  if ("errors" in opened) throw refused([...errors, ...opened.errors]);
  const { file } = opened;
  const place = (error: PlacedError) => file === null ? error : file.place(nameMissingPart(error));

  const read = FileSchema.safeParse(file?.content ?? {});
  if (!read.success) errors.push(...fieldErrors(FileSchema, read.error).map(place));
  const content: FileContent = read.success ? read.data : {};
  const preset = overrides.preset ?? content.preset ?? "standard";
  const defaults = PRESETS[preset];

  const besideFile = (path: string | undefined) =>
    path === undefined ? null : resolve(file === null ? sources.cwd : dirname(file.path), path);
  const socketDir = besideFile(content.upstream_socket_dir);
  const paths = dataPaths(sources, overrides, content, file);
  // Hosts are read even where another key is wrong, so that one run shows every fault.
  const listed = readHosts(content.hosts ?? rawList(file, "hosts"), defaults.host, sources.now, socketDir, {
    resolve: (path) => besideFile(path)!,
    readFile: sources.readFile,
    compileDocument: sources.compileDocument,
    dataDir: paths?.data_dir ?? null,
  });
  errors.push(...listed.errors.map(place));
  const streams = readStreams(rawList(file, "streams"), sources.now);
  errors.push(...streams.errors.map(place));
  const rules = readRules(rawList(file, "rules"));
  errors.push(...rules.errors.map(place));
  const short = readShortForm(content, defaults.host, sources.now, socketDir);
  errors.push(...short.errors.map(place));
  const flagged = readFlagHost(overrides.to, content, defaults.host, sources.now, socketDir);
  errors.push(...flagged.errors);
  if (paths === null) {
    errors.push(
      flagFault("data_dir", "no home directory is known", "name one with --data-dir or AEGIS_DATA_DIR"),
    );
  }
  const dockerSocket = besideFile(content.docker?.socket);
  const badDir = socketDir === null ? null : socketDirFault(socketDir, ownPlaces(paths, file, dockerSocket));
  if (badDir !== null) errors.push(place(badDir));
  const listeners = listenAddresses(overrides, content);
  errors.push(...takenPortFaults(streams, listeners).map(place));
  const admin_tls = content.admin_tls ?? true;
  const openAdmin = adminTlsFault(admin_tls, listeners);
  if (openAdmin !== null) errors.push(place(openAdmin));
  if (errors.length > 0 || paths === null) throw refused(errors);

  return {
    config_path: file?.path ?? null,
    ...paths,
    upstream_socket_dir: socketDir,
    docker_socket: dockerSocket,
    offline: content.offline ?? false,
    geoip_db_path: besideFile(content.geoip_db_path),
    geoip_asn_db_path: besideFile(content.geoip_asn_db_path),
    ...listeners,
    admin_tls,
    workers: typeof content.workers === "number" ? content.workers : Math.max(1, sources.cores),
    log: logSettings(overrides, content),
    hosts: [...listed.hosts, ...short.hosts, ...flagged.hosts],
    streams: streams.streams,
    rules: rules.rules,
    api_schemas: listed.schemas,
    headless: overrides.headless,
    preset,
    declared: declaredSettings(content),
    defaults,
    webhook_url: overrides.webhookUrl,
    trusted_proxies: overrides.trustedProxies,
    proxy_discovery: content.proxies?.discover ?? [],
    secret_key: overrides.secretKey,
    sources: {
      file: file?.path ?? null,
      flags: sources.flags,
      env: sources.env,
      cwd: sources.cwd,
      isRoot: sources.isRoot,
      cores: sources.cores,
    },
  };
}

/** The host that the file describes by blocks, if it does, and what of them does not fit together. */
function readShortForm(
  content: FileContent,
  defaults: PresetSettings["host"],
  now: number,
  socketDir: string | null,
): { hosts: Host[]; errors: PlacedError[] } {
  if (!isShortForm(content)) return { hosts: [], errors: conflicts(content) };
  const { host, errors } = shortFormHost(content, defaults, now);
  const at = content.backends === undefined ? ["upstream_addr"] : ["backends"];
  return { hosts: [host], errors: [...errors, ...socketFaults(host.targets, socketDir, at)] };
}

/** The host of `--to`, where it is given. */
function readFlagHost(
  to: string | null,
  content: FileContent,
  defaults: PresetSettings["host"],
  now: number,
  socketDir: string | null,
): { hosts: Host[]; errors: FieldError[] } {
  if (to === null) return { hosts: [], errors: [] };
  const errors: FieldError[] = [];
  if (isShortForm(content)) {
    errors.push(flagFault("--to", "the file names its targets already", "leave out --to"));
  }
  if (socketPathOf(to) !== null && socketDir === null) {
    const message = `${to}: a socket needs upstream_socket_dir`;
    errors.push(flagFault("--to", message, socketPlaceRemedy(null)));
  }
  return { hosts: [onlyHost([{ url: to }], defaults, now)], errors };
}

/** Files and directories of Aegis itself and the engine's socket: no target may be among them. */
function ownPlaces(
  paths: ReturnType<typeof dataPaths>,
  file: ConfigFile | null,
  dockerSocket: string | null,
): string[] {
  if (paths === null) return [];
  // /var/run is a link to /run on most systems, and the usual place is named by either.
  const engine = dockerSocket === null ? [] : [dockerSocket, dockerSocket.replace(/^\/var\/run\//, "/run/")];
  return [paths.data_dir, paths.database_path, ...(file === null ? [] : [file.path]), ...engine];
}

function logSettings(overrides: Overrides, { log, logging }: FileContent): LogSettings {
  return {
    level: overrides.logLevel ?? log?.level ?? logging?.level ?? "info",
    format: overrides.logFormat ?? log?.format ?? logging?.format ?? "json",
    mask: log?.mask ?? true,
  };
}

function rawList(file: ConfigFile | null, key: "hosts" | "streams" | "rules"): readonly unknown[] {
  const content = file?.content as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof content !== "object" || content === null) return [];
  const list = content[key];
  return Array.isArray(list) ? list : [];
}
