import { randomBytes } from "node:crypto";
import { equalInConstantTime } from "../identity/constant_time.ts";
import type { Store } from "../store/store.ts";

const SECRET = "setup_token";
const FILE = "setup-token";
/** Wrong ones before the token is replaced (spec 04, First run). */
const MOST_WRONG = 10;

/**
 * The token of the setup link. It is needed from loopback too; it also lies in a file of mode 0600 in the data
 * directory, for who lost the terminal; and it is gone once the first user is there.
 */
export class SetupToken {
  readonly #store: Store;
  readonly #dataDir: () => string;
  #wrong = 0;

  constructor(store: Store, dataDir: () => string) {
    this.#store = store;
    this.#dataDir = dataDir;
  }

  /** True until there is a user. */
  get isNeeded(): boolean {
    return this.#store.users.count() === 0;
  }

  /** The token in force; made, and its file written, when there is none. */
  get(): string {
    return this.#store.secrets.get(SECRET) ?? this.#make();
  }

  /** [SECURITY] Counts wrong ones; the tenth makes a new token, which only terminal and file show. */
  check(given: string): boolean {
    if (equalInConstantTime(given, this.get())) return true;
    if (++this.#wrong >= MOST_WRONG) this.#make();
    return false;
  }

  /** The first user is there: from now on no token is right. */
  spend(): void {
    this.#store.secrets.delete(SECRET);
    removeFile(this.#path);
  }

  get #path(): string {
    return `${this.#dataDir()}/${FILE}`;
  }

  #make(): string {
    const token = randomBytes(24).toString("base64url");
    this.#wrong = 0;
    this.#store.secrets.set(SECRET, token);
    // A file of before may be readable by others: it goes first, so that the new one is born with its mode.
    removeFile(this.#path);
    Deno.writeTextFileSync(this.#path, `${token}\n`, { mode: 0o600, createNew: true });
    return token;
  }
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}
