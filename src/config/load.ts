import { dirname, resolve } from "node:path";
import { AegisError } from "../core/errors.ts";
import { socketPathOf, socketPlaceRemedy } from "../core/target_url.ts";
import type { FieldError } from "../core/errors.ts";
import type { Config, RememberedSources } from "./config.ts";
import type { ListenAddress } from "./listen_address.ts";
import { parseConfigFile } from "./config_file.ts";
import type { ConfigFile } from "./config_file.ts";
import { declaredSettings } from "./declared.ts";
import { readHosts } from "./file_hosts.ts";
import { readRules } from "./file_rules.ts";
import type { SchemaSurroundings } from "./file_schemas.ts";
import { readStreams } from "./file_streams.ts";
import { FileSchema } from "./file_schema.ts";
import type { FileContent } from "./file_schema.ts";
import { readOverrides } from "./flags.ts";
import type { Overrides } from "./flags.ts";
import { formatListen } from "./fields.ts";
import { nameMissingPart } from "./not_yet.ts";
import { PRESETS } from "./presets.ts";
import { fieldErrors } from "./schema_errors.ts";
import type { PlacedError } from "./schema_errors.ts";
import { socketDirFault, socketFaults } from "./socket_targets.ts";
import { listenerConflict } from "./stream_ports.ts";
import { conflicts, isShortForm, onlyHost, shortFormHost } from "./short_form.ts";
import { parseListen, type TrafficListener } from "./values.ts";

export interface ConfigSources extends RememberedSources {
  /** The file's text, or null where there is none. Other failures are thrown. */
  readFile(path: string): string | null;
  /** Compiles the document of an API, or throws AegisError; absent: documents are not looked into. */
  compileDocument?: CompileDocument | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type CompileDocument = SchemaSurroundings["compileDocument"];

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
  // Hosts are read even where another key is wrong, so that one run shows every fault.
  const listed = readHosts(content.hosts ?? rawList(file, "hosts"), defaults.host, sources.now, socketDir, {
    resolve: (path) => besideFile(path)!,
    readFile: sources.readFile,
    compileDocument: sources.compileDocument,
  });
  errors.push(...listed.errors.map(place));
  const streams = readStreams(rawList(file, "streams"), sources.now);
  errors.push(...streams.errors.map(place));
  const rules = readRules(rawList(file, "rules"));
  errors.push(...rules.errors.map(place));
  const hosts = [...listed.hosts];
  if (isShortForm(content)) {
    const short = shortFormHost(content, defaults.host, sources.now);
    errors.push(...short.errors.map(place));
    const at = content.backends === undefined ? ["upstream_addr"] : ["backends"];
    errors.push(...socketFaults(short.host.targets, socketDir, at).map(place));
    hosts.push(short.host);
  } else errors.push(...conflicts(content).map(place));
  if (overrides.to !== null) {
    if (isShortForm(content)) {
      errors.push(flagFault("--to", "the file names its targets already", "leave out --to"));
    }
    hosts.push(onlyHost([{ url: overrides.to }], defaults.host, sources.now));
  }

  if (overrides.to !== null && socketPathOf(overrides.to) !== null && socketDir === null) {
    const message = `${overrides.to}: a socket needs upstream_socket_dir`;
    errors.push(flagFault("--to", message, socketPlaceRemedy(null)));
  }
  const paths = dataPaths(sources, overrides, content, file);
  if (paths === null) {
    errors.push(
      flagFault("data_dir", "no home directory is known", "name one with --data-dir or AEGIS_DATA_DIR"),
    );
  }
  const dockerSocket = besideFile(content.docker?.socket);
  // /var/run is a link to /run on most systems, and the usual place is named by either.
  const engine = dockerSocket === null ? [] : [dockerSocket, dockerSocket.replace(/^\/var\/run\//, "/run/")];
  const own = paths === null
    ? []
    : [paths.data_dir, paths.database_path, ...(file === null ? [] : [file.path]), ...engine];
  const badDir = socketDir === null ? null : socketDirFault(socketDir, own);
  if (badDir !== null) errors.push(place(badDir));
  const listeners = listenAddresses(overrides, content);
  errors.push(...takenPortFaults(streams, listeners).map(place));
  const admin_tls = content.admin_tls ?? true;
  const open = listeners.admin_listen.find((address) => !isLoopbackName(address.hostname));
  if (!admin_tls && open !== undefined) {
    // [SECURITY] a password sent in the clear over a network is a password given away.
    const message = `off, but admin_listen is ${formatListen(open)}`;
    const remedy = "admin_tls: off is for loopback only; leave it on or listen on 127.0.0.1";
    errors.push(place({ path: ["admin_tls"], atKey: false, field: "admin_tls", message, remedy }));
  }
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
    log: {
      level: overrides.logLevel ?? content.log?.level ?? content.logging?.level ?? "info",
      format: overrides.logFormat ?? content.log?.format ?? content.logging?.format ?? "json",
      mask: content.log?.mask ?? true,
    },
    hosts,
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

/** Streams on an address that another listener has. */
function takenPortFaults(
  { streams, at }: ReturnType<typeof readStreams>,
  listeners: Listeners,
): PlacedError[] {
  const keys = ["proxy_listen", "https_listen", "admin_listen", "metrics_listen"] as const;
  const taken = keys.flatMap((key) => listeners[key].map(({ hostname, port }) => ({ key, hostname, port })));
  return streams.flatMap((stream, i): PlacedError[] => {
    const conflict = listenerConflict(stream, taken);
    if (conflict === null) return [];
    const path = ["streams", at[i]!, conflict.field];
    return [{ path, atKey: false, ...conflict, field: path.join(".") }];
  });
}

/** The named file, or the first of the usual ones that exists; none with `--to`, which needs none. */
function openFile(
  sources: ConfigSources,
  overrides: Overrides,
): { file: ConfigFile | null } | { errors: FieldError[] } {
  if (sources.file === null) return { file: null };
  const named = sources.file ?? overrides.config;
  const places = named !== null
    ? [resolve(sources.cwd, named)]
    : overrides.to !== null
    ? []
    : [resolve(sources.cwd, "aegis.yml"), ...(isService(sources) ? ["/etc/aegis/aegis.yml"] : [])];
  for (const path of places) {
    let text: string | null;
    try {
      text = sources.readFile(path);
    } catch (thrown) {
      const message = `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      return { errors: [{ field: "", file: path, message, remedy: "let this user read it" }] };
    }
    if (text === null) continue;
    const parsed = parseConfigFile(path, text);
    return "errors" in parsed ? parsed : { file: parsed };
  }
  if (named === null) return { file: null };
  const remedy = "name an existing file with -c, or leave it out to run on defaults";
  return { errors: [{ field: "", file: places[0]!, message: "there is no such file", remedy }] };
}

/** Run by root, or by systemd with a directory of its own: the machine's configuration is meant, not a user's. */
function isService({ env, isRoot }: ConfigSources): boolean {
  return isRoot || (env.STATE_DIRECTORY ?? "") !== "";
}

function rawList(file: ConfigFile | null, key: "hosts" | "streams" | "rules"): readonly unknown[] {
  const content = file?.content as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof content !== "object" || content === null) return [];
  const list = content[key];
  return Array.isArray(list) ? list : [];
}

/** Paths in the file are relative to the file, others to the working directory. */
function dataPaths(
  sources: ConfigSources,
  overrides: Overrides,
  content: FileContent,
  file: ConfigFile | null,
): Pick<Config, "data_dir" | "database_path"> | null {
  const beside = file === null ? sources.cwd : dirname(file.path);
  const database = overrides.databasePath !== null
    ? resolve(sources.cwd, overrides.databasePath)
    : content.database_path !== undefined
    ? resolve(beside, content.database_path)
    : null;
  const named = overrides.dataDir !== null
    ? resolve(sources.cwd, overrides.dataDir)
    : content.data_dir !== undefined
    ? resolve(beside, content.data_dir)
    : database !== null
    ? dirname(database)
    : usualDataDir(sources);
  return named === null ? null : { data_dir: named, database_path: database ?? resolve(named, "aegis.db") };
}

function usualDataDir({ env, isRoot }: ConfigSources): string | null {
  const given = (key: string) => env[key] === undefined || env[key] === "" ? null : env[key];
  // systemd names the directory it made for StateDirectory=; several are parted by colons.
  const state = given("STATE_DIRECTORY")?.split(":")[0];
  if (state !== undefined) return state;
  if (isRoot) return "/var/lib/aegis";
  const home = given("XDG_STATE_HOME") ?? (given("HOME") === null ? null : `${given("HOME")}/.local/state`);
  return home === null ? null : `${home}/aegis`;
}

type Listeners = Pick<Config, "admin_listen" | "proxy_listen" | "https_listen" | "metrics_listen">;

function listenAddresses(overrides: Overrides, content: FileContent): Listeners {
  // One host described by blocks or --to is served on one port in the clear, as its author wrote.
  const single = overrides.to !== null || isShortForm(content);
  const ports = content.listen_ports?.map((port) => `:${port}`) ??
    (content.server?.port === undefined ? null : [`:${content.server.port}`]);
  const read = (texts: readonly string[]) =>
    texts.flatMap((text): ListenAddress[] => {
      const address = parseListen(text);
      return address === null ? [] : [{ ...address, fallback_port: fallbackPort(address.port) }];
    });
  const readBlocks = (listeners: readonly TrafficListener[]) =>
    listeners.flatMap(({ address, h2c, proxy_protocol }) =>
      read([address]).map((listen): ListenAddress => ({
        ...listen,
        ...(h2c === true ? { h2c } : {}),
        ...(proxy_protocol === undefined ? {} : { proxy_protocol }),
      }))
    );
  const flagged = overrides.proxyListen ?? (content.proxy_listen === undefined ? ports : null);
  const proxy_listen = flagged !== null
    ? read(flagged)
    : content.proxy_listen !== undefined
    ? readBlocks(content.proxy_listen)
    : read([single ? ":8080" : ":80"]);
  return {
    admin_listen: read(overrides.adminListen ?? content.admin_listen ?? ["127.0.0.1:9443"]),
    proxy_listen,
    https_listen: overrides.httpsListen === null && content.https_listen !== undefined
      ? readBlocks(content.https_listen)
      : read(overrides.httpsListen ?? (single ? [] : [":443"])),
    // Nobody chose it, and Prometheus itself listens there: any free one will do.
    metrics_listen: content.metrics_listen === undefined
      ? [{ hostname: "127.0.0.1", port: 9_090, fallback_port: 0 }]
      : read(content.metrics_listen),
  };
}

function fallbackPort(port: number): number | null {
  return port === 80 ? 8_080 : port === 443 ? 8_443 : null;
}

function isLoopbackName(hostname: string): boolean {
  return hostname === "::1" || hostname.startsWith("127.");
}

function flagFault(field: string, message: string, remedy: string): FieldError {
  return { field, file: "command line", message, remedy };
}

function refused(errors: readonly FieldError[]): AegisError {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  const sorted = errors.toSorted((a, b) =>
    (a.file ?? "").localeCompare(b.file ?? "") || (a.line ?? 0) - (b.line ?? 0)
  )
    .map(({ field, message, remedy, file, line }) => ({
      field,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    }));
  return new AegisError("config_refused", `The configuration was refused: ${count}.`, {
    fields: sorted,
    privateText: sorted.map(describeField).join("\n"),
  });
}

/** `aegis.yml:12: hosts.0.targets: is missing (add targets: a list)`. */
export function describeField(error: FieldError): string {
  const place = [error.file, error.line].filter((each) => each !== undefined).join(":");
  const remedy = error.remedy === undefined ? "" : ` (${error.remedy})`;
  return [place, error.field, error.message].filter((each) => each !== "").join(": ") + remedy;
}
