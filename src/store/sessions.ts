import type { Database } from "./database.ts";

export interface StoredSession {
  /** Public id, for lists and revocation; says nothing of the token. */
  readonly id: string;
  readonly userId: string;
  /** SHA-256 of the token, hex: a stolen database opens no session. */
  readonly tokenHash: string;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly expiresAt: number;
}

const COLUMNS = `id, user_id AS userId, token_hash AS tokenHash, address, user_agent AS userAgent,
  created_at AS createdAt, last_seen_at AS lastSeenAt, idle_expires_at AS idleExpiresAt, expires_at AS expiresAt`;

export class SessionTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Expired ones too; newest use first. */
  list(userId?: string): StoredSession[] {
    return userId === undefined
      ? this.#db.all<StoredSession>(`SELECT ${COLUMNS} FROM sessions ORDER BY last_seen_at DESC, id`)
      : this.#db.all<StoredSession>(
        `SELECT ${COLUMNS} FROM sessions WHERE user_id = ? ORDER BY last_seen_at DESC, id`,
        userId,
      );
  }

  get(id: string): StoredSession | null {
    return this.#db.get<StoredSession>(`SELECT ${COLUMNS} FROM sessions WHERE id = ?`, id) ?? null;
  }

  byTokenHash(tokenHash: string): StoredSession | null {
    return this.#db.get<StoredSession>(`SELECT ${COLUMNS} FROM sessions WHERE token_hash = ?`, tokenHash) ??
      null;
  }

  insert(session: StoredSession): void {
    this.#db.run(
      `INSERT INTO sessions
         (id, user_id, token_hash, address, user_agent, created_at, last_seen_at, idle_expires_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      session.id,
      session.userId,
      session.tokenHash,
      session.address,
      session.userAgent,
      session.createdAt,
      session.lastSeenAt,
      session.idleExpiresAt,
      session.expiresAt,
    );
  }

  /** The session was used: its idle expiry moves. */
  touch(id: string, lastSeenAt: number, idleExpiresAt: number): void {
    this.#db.run(
      "UPDATE sessions SET last_seen_at = ?, idle_expires_at = ? WHERE id = ?",
      lastSeenAt,
      idleExpiresAt,
      id,
    );
  }

  delete(id: string): boolean {
    return this.#db.run("DELETE FROM sessions WHERE id = ?", id) > 0;
  }

  /** Ends all sessions of a user but `exceptId`; returns how many. */
  deleteOfUser(userId: string, exceptId = ""): number {
    return this.#db.run("DELETE FROM sessions WHERE user_id = ? AND id <> ?", userId, exceptId);
  }

  /** Sessions that are over at `now`; returns how many left. */
  deleteExpired(now: number): number {
    return this.#db.run("DELETE FROM sessions WHERE expires_at <= ? OR idle_expires_at <= ?", now, now);
  }
}
