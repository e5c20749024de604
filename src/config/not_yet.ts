import type { PlacedError } from "./schema_errors.ts";

/**
 * Keys of the specification whose part this version does not have. They are refused by name, because a protection
 * that is configured and not there is worse than none.
 */
const TOP: Readonly<Record<string, string>> = {
  tui: "the terminal dashboard",
  cluster: "the cluster",
  hooks: "exec hooks",
  access_lists: "access lists",
  notifications: "notifications in aegis.yml (aegis webhook and the page Notifications have them)",
};

const HOST: Readonly<Record<string, string>> = {
  access_list: "access lists",
};

const ENVIRONMENT: Readonly<Record<string, string>> = {
  AEGIS_SSL_CACHE_DIR: "a directory for certificates",
  AEGIS_REDIS_URL: "the cluster",
};

/** Where an unknown key is one of a part still to come: the error that says so, else the error as it was. */
export function nameMissingPart(error: PlacedError): PlacedError {
  if (!error.atKey) return error;
  const part = missingPart(error.path);
  return part === undefined
    ? error
    : { ...error, message: `belongs to ${part}, which this version does not have`, remedy: "remove it" };
}

function missingPart(path: readonly PropertyKey[]): string | undefined {
  const key = String(path.at(-1));
  if (path.length === 1 && Object.hasOwn(TOP, key)) return TOP[key];
  const isOfHost = path.length === 3 && path[0] === "hosts";
  const isOfPath = path.length === 5 && path[2] === "paths";
  if ((isOfHost || isOfPath) && Object.hasOwn(HOST, key)) return HOST[key];
  return undefined;
}

/** Variables that are set but belong to a part this version does not have. */
export function missingEnvironment(env: Readonly<Record<string, string | undefined>>): PlacedError[] {
  return Object.entries(ENVIRONMENT).filter(([key]) => (env[key] ?? "") !== "").map(([key, part]) => ({
    path: [key],
    atKey: true,
    field: key,
    file: "environment",
    message: `belongs to ${part}, which this version does not have`,
    remedy: `unset ${key}`,
  }));
}
