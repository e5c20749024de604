import { randomBytes } from "node:crypto";
import { equalInConstantTime } from "../identity/constant_time.ts";
import type { Store } from "../store/store.ts";

const SECRET = "setup_token";
/** Wrong ones before the token is replaced (spec 04, First run). */
const MOST_WRONG = 10;

/** The token of the setup link. It is needed from loopback too, and gone once the first user is there. */
export class SetupToken {
  readonly #store: Store;
  #wrong = 0;
  /** Called with each new token, and with null once none is needed: it also lies in a file of mode 0600. */
  onChange: ((token: string | null) => void) | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** True until there is a user. */
  get isNeeded(): boolean {
    return this.#store.users.count() === 0;
  }

  /** The token in force; made when there is none. */
  get(): string {
    return this.#store.secrets.get(SECRET) ?? this.#make();
  }

  /** [SECURITY] Counts wrong ones; the tenth makes a new token, which only the terminal shows. */
  check(given: string): boolean {
    if (equalInConstantTime(given, this.get())) return true;
    if (++this.#wrong >= MOST_WRONG) this.#make();
    return false;
  }

  /** The first user is there. */
  spend(): void {
    this.#store.secrets.delete(SECRET);
    this.onChange?.(null);
  }

  #make(): string {
    const token = randomBytes(24).toString("base64url");
    this.#wrong = 0;
    this.#store.secrets.set(SECRET, token);
    this.onChange?.(token);
    return token;
  }
}
