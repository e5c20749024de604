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

/** Turns what node:sqlite throws into an AegisError; an AegisError passes unchanged. `doing` is the operator's text. */
export function translateSqliteError(thrown: unknown, doing: string): AegisError {
  if (thrown instanceof AegisError) return thrown;
  const extended = thrown instanceof Error && "errcode" in thrown ? Number(thrown.errcode) : 0;
  const known = KNOWN[extended & 0xff];
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return new AegisError(known?.code ?? "internal", known?.text ?? "the database refused a statement", {
    privateText: `${
      known?.text ?? "the database refused a statement"
    } (SQLite ${extended}: ${said}; ${doing.trim()})`,
    cause: thrown,
  });
}
