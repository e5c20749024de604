import type { Control } from "../control.ts";

/** First domain of a host, null where it is gone. */
export function domainOf(control: Control, hostId: string): string | null {
  return control.hosts().find((host) => host.id === hostId)?.domains[0] ?? null;
}
