import type { TrustedProxy } from "../core/trusted_proxy.ts";
import { WebhookUrl } from "./channel_schema.ts";
import { TargetUrl } from "./fields.ts";
import { missingEnvironment } from "./not_yet.ts";
import { PRESET_NAMES } from "./presets.ts";
import type { PresetName } from "./presets.ts";
import { parseProxyList } from "./proxy_schema.ts";
import type { PlacedError } from "./schema_errors.ts";
import { listenFault } from "./values.ts";

/** Flags of `aegis run` and of every command that needs to find the data directory, as text. */
export interface ConfigFlags {
  readonly config?: string;
  readonly dataDir?: string;
  readonly listen?: readonly string[];
  readonly httpsListen?: readonly string[];
  readonly adminListen?: readonly string[];
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly preset?: string;
  readonly to?: string;
  readonly headless?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable that reading the configuration looks at: what a thread that does so must be given. */
export const CONFIG_ENV_KEYS: readonly string[] = Object.freeze([
  "AEGIS_CONFIG",
  "AEGIS_DATA_DIR",
  "AEGIS_DB_PATH",
  "AEGIS_ADMIN_LISTEN",
  "AEGIS_PROXY_LISTEN",
  "AEGIS_HTTPS_LISTEN",
  "AEGIS_SECRET_KEY",
  "AEGIS_SSL_KEY",
  "AEGIS_SSL_CACHE_DIR",
  "AEGIS_TRUSTED_PROXY",
  "AEGIS_WEBHOOK_URL",
  "AEGIS_REDIS_URL",
  "STATE_DIRECTORY",
  "XDG_STATE_HOME",
  "HOME",
]);

/** What flags and environment say, flags first. Null: neither names it. */
export interface Overrides {
  readonly config: string | null;
  readonly dataDir: string | null;
  readonly databasePath: string | null;
  readonly adminListen: readonly string[] | null;
  readonly proxyListen: readonly string[] | null;
  readonly httpsListen: readonly string[] | null;
  readonly logLevel: LogLevel | null;
  readonly logFormat: LogFormat | null;
  readonly preset: PresetName | null;
  readonly to: string | null;
  readonly headless: boolean;
  readonly secretKey: string | null;
  readonly trustedProxies: readonly TrustedProxy[];
  readonly webhookUrl: string | null;
  readonly errors: readonly PlacedError[];
}

type LogLevel = "debug" | "info" | "warn" | "error";
type LogFormat = "json" | "text";
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const LOG_FORMATS: readonly LogFormat[] = ["json", "text"];

/**
 * Unknown `AEGIS_*` variables are let pass: Kubernetes sets `AEGIS_PORT`, `AEGIS_SERVICE_HOST` and the like beside
 * a service of that name.
 */
export function readOverrides(flags: ConfigFlags, env: Environment): Overrides {
  const errors: PlacedError[] = [...missingEnvironment(env)];
  const fault = (field: string, file: string, message: string, remedy: string) => {
    errors.push({ path: [], atKey: false, field, file, message, remedy });
  };
  const value = (key: string) => {
    const text = env[key];
    return text === undefined || text === "" ? null : text;
  };
  const oneOf = <T extends string>(
    field: string,
    text: string | undefined,
    allowed: readonly T[],
  ): T | null => {
    if (text === undefined) return null;
    const found = allowed.find((each) => each === text);
    if (found === undefined) {
      fault(field, "command line", `"${text}" is not known`, `write one of ${allowed.join(", ")}`);
    }
    return found ?? null;
  };
  const listen = (field: string, given: readonly string[] | undefined, key: string) => {
    const text = value(key);
    const [list, name, place] = given !== undefined && given.length > 0
      ? [given.join() === "off" ? [] : given, field, "command line"]
      : text !== null
      ? [text === "off" ? [] : text.split(",").map((each) => each.trim()), key, "environment"]
      : [null, "", ""];
    for (const each of list ?? []) {
      const found = listenFault(each);
      if (found !== null) fault(name, place, found.message, found.remedy);
    }
    return list;
  };
  return {
    config: flags.config ?? value("AEGIS_CONFIG"),
    dataDir: flags.dataDir ?? value("AEGIS_DATA_DIR"),
    databasePath: value("AEGIS_DB_PATH"),
    adminListen: listen("--admin-listen", flags.adminListen, "AEGIS_ADMIN_LISTEN"),
    proxyListen: listen("--listen", flags.listen, "AEGIS_PROXY_LISTEN"),
    httpsListen: listen("--https-listen", flags.httpsListen, "AEGIS_HTTPS_LISTEN"),
    logLevel: oneOf("--log-level", flags.logLevel, LOG_LEVELS),
    logFormat: oneOf("--log-format", flags.logFormat, LOG_FORMATS),
    preset: oneOf("--preset", flags.preset, PRESET_NAMES),
    to: readTarget(flags.to, fault),
    headless: flags.headless ?? false,
    secretKey: readSecretKey(env, fault),
    trustedProxies: readTrustedProxies(env, fault),
    webhookUrl: readWebhookUrl(env, fault),
    errors,
  };
}

type Fault = (field: string, file: string, message: string, remedy: string) => void;

function readTarget(text: string | undefined, fault: Fault): string | null {
  if (text === undefined) return null;
  const read = TargetUrl.safeParse(text);
  if (read.success) return read.data;
  for (const issue of read.error.issues) {
    const remedy = issue.code === "custom" ? String(issue.params?.remedy) : "write http://address:port";
    fault("--to", "command line", issue.message, remedy);
  }
  return null;
}

function readTrustedProxies(env: Environment, fault: Fault): readonly TrustedProxy[] {
  const { entries, faults } = parseProxyList(env.AEGIS_TRUSTED_PROXY ?? "");
  for (const message of faults) {
    const remedy = "write 10.0.0.5, 10.0.0.0/24 or 10.0.0.5=X-Real-IP, separated by commas";
    fault("AEGIS_TRUSTED_PROXY", "environment", message, remedy);
  }
  return entries;
}

function readWebhookUrl(env: Environment, fault: Fault): string | null {
  const text = env.AEGIS_WEBHOOK_URL ?? "";
  if (text === "") return null;
  const read = WebhookUrl.safeParse(text);
  if (read.success) return read.data;
  // [SECURITY] The text itself is not shown: the path of such a URL is a key.
  fault("AEGIS_WEBHOOK_URL", "environment", "this is no URL of a webhook", "write https://host/path");
  return null;
}

function readSecretKey(env: Environment, fault: Fault): string | null {
  const key = [env.AEGIS_SECRET_KEY, env.AEGIS_SSL_KEY].find((each) => each !== undefined && each !== "");
  if (key === undefined) return null;
  if (/^[0-9a-f]{64}$/i.test(key)) return key.toLowerCase();
  const name = env.AEGIS_SECRET_KEY ? "AEGIS_SECRET_KEY" : "AEGIS_SSL_KEY";
  // The value itself is never repeated: a mistyped key is still most of the key.
  fault(name, "environment", "is not 64 hexadecimal digits", "make one with: openssl rand -hex 32");
  return null;
}
