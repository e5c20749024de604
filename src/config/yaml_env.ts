/** Variables that the npm package `yaml` reads by itself: a thread that parses YAML must be given (or refused) them. */
export const YAML_ENV_KEYS: readonly string[] = Object.freeze(["LOG_TOKENS", "LOG_STREAM"]);
