import type { OperationInput } from "../control/operation.ts";

type Patch = OperationInput<"settings.update">["patch"];

/** Only what differs is sent, so that settings fixed by the configuration file do not refuse the others. */
export function changedSettings(
  before: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Patch {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(wanted)) {
    const old = before[key];
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    const isGroup = key !== "default_site" && isRecord(value) && isRecord(old);
    const inner = isGroup ? changedSettings(old, value) : value;
    if (!isGroup || Object.keys(inner as object).length > 0) patch[key] = inner;
  }
  return patch as Patch;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
