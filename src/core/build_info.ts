/** What the build writes into the executable (.ci/stage.ts replaces the value below). */
export interface BuildInfo {
  /** As in deno.json. */
  readonly version: string;
  /** Of the repository; empty where it is not known. */
  readonly commit: string;
  /** ISO 8601, UTC; empty in the source form. */
  readonly built_at: string;
  /** `compiled` by deno compile, `portable` with the Deno binary beside it in one file, `source` from a checkout. */
  readonly form: "compiled" | "portable" | "source";
}

export const BUILD_INFO: BuildInfo = Object.freeze({
  version: "0.1.0",
  commit: "",
  built_at: "",
  form: "source",
});

/** As Aegis calls itself where it asks others: name and version, as CrowdSec requires of whoever signs in (its 1.4). */
export const USER_AGENT = `Aegis/${BUILD_INFO.version}`;
