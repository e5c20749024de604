const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const DECIMAL = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** `1,308,690` */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** `1.5k` on an axis, where room is short. */
export function compact(value: number): string {
  if (value < 1_000) return DECIMAL.format(value);
  if (value < 1_000_000) return `${DECIMAL.format(value / 1_000)}k`;
  return `${DECIMAL.format(value / 1_000_000)}M`;
}

/** `3 requests`, `1 request` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `GET shop.example.com/lamps`; of a request whose head could not be read there is nothing to show. */
export function requestText(
  { method, host, target }: { readonly method: string; readonly host: string; readonly target: string },
): string {
  // Only in front: what stands behind a path was sent and is shown.
  return `${method} ${host}${target}`.trimStart() || UNREAD_REQUEST;
}

export const UNREAD_REQUEST = "a head that could not be read";

/** 0.019 → `1.9 %` */
export function percent(share: number): string {
  return `${DECIMAL.format(share * 100)} %`;
}

/** Milliseconds with their unit: `0.4 ms`, `84 ms`, `2.1 s`. */
export function milliseconds(value: number): string {
  if (value >= 10_000) return `${NUMBER.format(value / 1_000)} s`;
  if (value >= 1_000) return `${DECIMAL.format(value / 1_000)} s`;
  return value < 10 ? `${DECIMAL.format(value)} ms` : `${NUMBER.format(value)} ms`;
}

/** `512 B`, `1.2 MB` (powers of 1,000). */
export function bytes(value: number): string {
  if (value < 1_000) return `${NUMBER.format(value)} B`;
  if (value < 1_000_000) return `${DECIMAL.format(value / 1_000)} kB`;
  if (value < 1_000_000_000) return `${DECIMAL.format(value / 1_000_000)} MB`;
  return `${DECIMAL.format(value / 1_000_000_000)} GB`;
}

/** A length of time in its largest fitting unit: `51 min`, `9 days`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return plural(Math.round(hours / 24), "day");
}

/** `2026-11-22 14:36:22 UTC` */
export function absolute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `14:36:22` in UTC. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** `2026-11-22` in UTC. */
export function dateText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** How long ago, or in how long; the date where that is more than 30 days. */
export function relative(at: number, now: number): string {
  const away = now - at;
  if (Math.abs(away) > 30 * 86_400_000) return dateText(at);
  if (Math.abs(away) < 1_500) return "just now";
  return away > 0 ? `${duration(away)} ago` : `in ${duration(-away)}`;
}
