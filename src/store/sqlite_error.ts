import { AegisError, type ErrorCode } from "../core/errors.ts";

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that mean more than a fault of ours. */
const KNOWN: Readonly<Record<number, { readonly code: ErrorCode; readonly text: string }>> = Object.freeze({
  5: { code: "unavailable", text: "the database is locked by another process, try again" },
  6: { code: "unavailable", text: "the database is locked, try again" },
  8: { code: "read_only", text: "the database is read-only" },
  10: { code: "unavailable", text: "the disk failed while the database was used" },
  11: { code: "unavailable", text: "the database file is damaged: restore it from a backup" },
  13: { code: "unavailable", text: "the disk is full" },
  14: { code: "unavailable", text: "the database file cannot be opened" },
  19: { code: "conflict", text: "this collides with something that is already there" },
  26: { code: "unavailable", text: "the database file is not a SQLite database" },
});

/** `exec` of Deno 2.9.6 throws without a code; these are the texts of sqlite3_errstr, which never change. */
const CODES_BY_TEXT: Readonly<Record<string, number>> = Object.freeze({
  "database is locked": 5,
  "database table is locked": 6,
  "attempt to write a readonly database": 8,
  "disk I/O error": 10,
  "database disk image is malformed": 11,
  "database or disk is full": 13,
  "unable to open database file": 14,
  "file is not a database": 26,
});

/** Turns what node:sqlite throws into an AegisError; an AegisError passes unchanged. `doing` is the operator's text. */
export function translateSqliteError(thrown: unknown, doing: string): AegisError {
  if (thrown instanceof AegisError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const given = thrown instanceof Error && "errcode" in thrown ? Number(thrown.errcode) : NaN;
  const extended = Number.isInteger(given) ? given : CODES_BY_TEXT[said] ?? 0;
  const known = KNOWN[extended & 0xff];
  return new AegisError(known?.code ?? "internal", known?.text ?? "the database refused a statement", {
    privateText: `${
      known?.text ?? "the database refused a statement"
    } (SQLite ${extended}: ${said}; ${doing.trim()})`,
    cause: thrown,
  });
}
