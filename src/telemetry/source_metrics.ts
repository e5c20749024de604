import { eachAs, type Family } from "./metrics_text.ts";

/** What Aegis reads from others and tells to others, and what of it fails. */
export interface SourceMetrics {
  /** Whose last reading failed, by kind: subscribed lists, databases of countries, files that proxies are looked for in. */
  readonly failing: Readonly<Record<"list" | "geolocation" | "proxies", number>>;
  /** Messages to people that wait for another attempt, and that were given up. */
  readonly waiting: number;
  readonly givenUp: number;
}

/** What an operator would otherwise only see by looking. */
export function sourceFamilies(family: Family, { failing, waiting, givenUp }: SourceMetrics): void {
  family(
    "aegis_failing_sources",
    "gauge",
    "Sources that could not be read the last time; what they said before stays in force.",
    eachAs("kind", failing),
  );
  family("aegis_undelivered_notifications", "gauge", "Messages to people that did not arrive.", [
    [{ state: "waiting" }, waiting],
    [{ state: "given_up" }, givenUp],
  ]);
}
