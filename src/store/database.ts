import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { AegisError } from "../core/errors.ts";
import { translateSqliteError } from "./sqlite_error.ts";
import { keepNewest } from "../lib/keep_newest.ts";

export interface DatabaseOptions {
  /** The file; `:memory:` for a database that leaves nothing behind. */
  readonly path: string;
  /** `FULL`: a commit survives a power cut. `NORMAL`: the last commits may be lost with the power, never the file. */
  readonly synchronous: "FULL" | "NORMAL";
  /** How long a statement waits for another connection's lock. */
  readonly busyTimeoutMs?: number;
  readonly readOnly?: boolean;
}

/** Statements kept prepared; the traffic filters build many different ones. */
const MAX_STATEMENTS = 256;

/**
 * One connection to the SQLite file in WAL mode. Everything is synchronous: callers stand in control, the recorder or
 * the CLI, never on the request path. Errors arrive as AegisError (`conflict`, `unavailable`, `internal`).
 */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(options: DatabaseOptions) {
    this.path = options.path;
    if (options.path !== ":memory:" && options.readOnly !== true) claimFile(options.path);
    try {
      this.#db = new DatabaseSync(options.path, {
        readOnly: options.readOnly ?? false,
        enableForeignKeyConstraints: true,
        timeout: options.busyTimeoutMs ?? 5_000,
      });
      // auto_vacuum only takes effect before the first table: pages of expired traffic can then leave the file.
      if (options.readOnly !== true) {
        this.#db.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;");
      }
      this.#db.exec(
        `PRAGMA synchronous = ${options.synchronous}; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;`,
      );
    } catch (thrown) {
      throw translateSqliteError(thrown, `open ${options.path}`);
    }
  }

  /** Runs statements without parameters or results. */
  exec(sql: string): void {
    try {
      this.#db.exec(sql);
    } catch (thrown) {
      throw translateSqliteError(thrown, sql);
    }
  }

  /** The first row, or undefined. `Row` is the caller's knowledge of the columns it names. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    try {
      return this.#statement(sql).get(...values) as Row | undefined;
    } catch (thrown) {
      throw translateSqliteError(thrown, sql);
    }
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    try {
      return this.#statement(sql).all(...values) as Row[];
    } catch (thrown) {
      throw translateSqliteError(thrown, sql);
    }
  }

  /** A change that runs so often that finding its statement each time would be felt. It is over with the database. */
  prepare(sql: string): Change {
    try {
      return new Change(this.#db.prepare(sql), sql);
    } catch (thrown) {
      throw translateSqliteError(thrown, sql);
    }
  }

  /** Runs a change; returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    try {
      return Number(this.#statement(sql).run(...values).changes);
    } catch (thrown) {
      throw translateSqliteError(thrown, sql);
    }
  }

  /**
   * Runs `fn` as a whole or not at all. Nested calls are savepoints: a failure inside undoes the inner part only,
   * when the outer part catches it. `fn` must be synchronous: between two turns somebody else's statements would fall
   * into the transaction.
   */
  transaction<T>(fn: () => T): T {
    const level = this.#depth;
    this.run(level === 0 ? "BEGIN IMMEDIATE" : `SAVEPOINT level_${level}`);
    this.#depth++;
    try {
      const result = fn();
      if (result instanceof Promise) throw new AegisError("internal", "a transaction must be synchronous");
      this.run(level === 0 ? "COMMIT" : `RELEASE level_${level}`);
      return result;
    } catch (thrown) {
      this.#undo(level);
      throw thrown;
    } finally {
      this.#depth--;
    }
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  /** On a full disk SQLite has already rolled back by itself: then there is nothing left to undo. */
  #undo(level: number): void {
    if (!this.#db.isTransaction) return;
    this.exec(level === 0 ? "ROLLBACK" : `ROLLBACK TO level_${level}; RELEASE level_${level}`);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      keepNewest(this.#statements, MAX_STATEMENTS - 1);
    } else {
      this.#statements.delete(sql);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** A prepared change. */
export class Change {
  readonly #statement: StatementSync;
  readonly #sql: string;

  constructor(statement: StatementSync, sql: string) {
    this.#statement = statement;
    this.#sql = sql;
  }

  /** Returns how many rows it changed. */
  run(...values: SQLInputValue[]): number {
    try {
      return Number(this.#statement.run(...values).changes);
    } catch (thrown) {
      throw translateSqliteError(thrown, this.#sql);
    }
  }
}

/**
 * [SECURITY] The file is born 0600: it names clients and their requests, and SQLite alone would follow the umask.
 * A file that is there is not opened here: closing it would drop the locks that this process' other connections hold
 * on it (POSIX advisory locks, https://www.sqlite.org/howtocorrupt.html §2.2).
 */
function claimFile(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AlreadyExists) return;
    throw new AegisError("unavailable", "the database file cannot be made", {
      privateText: `${path} cannot be made: ${thrown instanceof Error ? thrown.message : thrown}. ` +
        "Make the folder and give it to the user that runs Aegis, or set database_path.",
      cause: thrown,
    });
  }
}
