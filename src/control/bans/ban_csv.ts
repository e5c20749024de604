import type { Answer } from "../body.ts";

type Ban = Answer<"bans.create">;

const COLUMNS: readonly (readonly [string, (ban: Ban) => string])[] = [
  ["network", (ban) => ban.network],
  ["where", (ban) => ban.host_name ?? ban.host_id ?? "everywhere"],
  ["reason", (ban) => ban.reason],
  ["origin", (ban) => ban.origin],
  ["made_by", (ban) => ban.created_by],
  ["since", (ban) => timeOf(ban.created_at === 0 ? null : ban.created_at)],
  ["until", (ban) => timeOf(ban.expires_at)],
  ["answered", (ban) => String(ban.answered)],
  ["dropped", (ban) => String(ban.dropped)],
  ["last_hit", (ban) => timeOf(ban.last_hit_at)],
];

/** Bans as comma-separated values (RFC 4180). */
export function banCsv(bans: readonly Ban[]): string {
  const lines = [COLUMNS.map(([name]) => name), ...bans.map((ban) => COLUMNS.map(([, of]) => of(ban)))];
  return lines.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/**
 * [SECURITY] A reason may hold what a client sent: a cell that a spreadsheet would take for a formula is text instead
 * (CWE-1236; OWASP, CSV Injection).
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function timeOf(ms: number | null): string {
  return ms === null ? "" : new Date(ms).toISOString();
}
