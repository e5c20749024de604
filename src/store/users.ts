import type { Role } from "../core/role.ts";
import type { Database } from "./database.ts";

export interface StoredUser {
  readonly id: string;
  /** Unique without regard to ASCII case. */
  readonly name: string;
  /** Empty where none was given. */
  readonly email: string;
  readonly role: Role;
  readonly enabled: boolean;
  /** PHC string of Argon2id. */
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastSeenAt: number | null;
}

type Row = Omit<StoredUser, "enabled"> & { readonly enabled: number };

const COLUMNS = `id, name, email, role, enabled, password_hash AS passwordHash, created_at AS createdAt,
  updated_at AS updatedAt, last_seen_at AS lastSeenAt`;

/** People. A name that is taken makes insert and update throw `conflict`. */
export class UserTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): StoredUser[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM users ORDER BY created_at, id`).map(toUser);
  }

  get(id: string): StoredUser | null {
    return toUserOrNull(this.#db.get<Row>(`SELECT ${COLUMNS} FROM users WHERE id = ?`, id));
  }

  byName(name: string): StoredUser | null {
    return toUserOrNull(this.#db.get<Row>(`SELECT ${COLUMNS} FROM users WHERE name = ?`, name));
  }

  count(): number {
    return this.#db.get<{ n: number }>("SELECT count(*) AS n FROM users")!.n;
  }

  insert(user: StoredUser): void {
    this.#db.run(
      `INSERT INTO users (id, name, email, role, enabled, password_hash, created_at, updated_at, last_seen_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      user.id,
      user.name,
      user.email,
      user.role,
      user.enabled ? 1 : 0,
      user.passwordHash,
      user.createdAt,
      user.updatedAt,
      user.lastSeenAt,
    );
  }

  /** False: there is no such user. `lastSeenAt` and `createdAt` stay as they are. */
  update(user: StoredUser): boolean {
    return this.#db.run(
      "UPDATE users SET name = ?, email = ?, role = ?, enabled = ?, password_hash = ?, updated_at = ? WHERE id = ?",
      user.name,
      user.email,
      user.role,
      user.enabled ? 1 : 0,
      user.passwordHash,
      user.updatedAt,
      user.id,
    ) > 0;
  }

  seen(id: string, at: number): void {
    this.#db.run("UPDATE users SET last_seen_at = ? WHERE id = ?", at, id);
  }

  /** Ends the user's sessions as well. */
  delete(id: string): boolean {
    return this.#db.run("DELETE FROM users WHERE id = ?", id) > 0;
  }
}

function toUser(row: Row): StoredUser {
  return { ...row, enabled: row.enabled === 1 };
}

function toUserOrNull(row: Row | undefined): StoredUser | null {
  return row === undefined ? null : toUser(row);
}
