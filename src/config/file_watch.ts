export interface FileWatchParts {
  readonly path: string;
  /** The file is another one than at the last call, or than at the start, and has stayed so for a whole turn. */
  changed(): void;
  /** It cannot be looked at, where it could be before. */
  gone(why: string): void;
  readonly everyMs?: number;
}

const EVERY_MS = 500;

/**
 * Looks at a file again and again. Not by notification: an editor that saves by renaming replaces the file that was
 * watched, network and container mounts notify nobody, and this needs no permission beyond the file itself. What is
 * still being written is let come to rest for one turn first.
 */
export class FileWatch {
  readonly #parts: FileWatchParts;
  readonly #timer: ReturnType<typeof setInterval>;
  /** As it was when `changed` was called last. */
  #known: string | null;
  #seen: string | null;

  constructor(parts: FileWatchParts) {
    this.#parts = parts;
    const first = look(parts.path);
    this.#known = this.#seen = "mark" in first ? first.mark : null;
    this.#timer = setInterval(() => this.#turn(), parts.everyMs ?? EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const now = look(this.#parts.path);
    if ("missing" in now) {
      // Between the two halves of a save there may be none: one turn is no news.
      if (this.#seen === null && this.#known !== null) {
        this.#known = null;
        this.#parts.gone(now.missing);
      }
      this.#seen = null;
      return;
    }
    const isAtRest = now.mark === this.#seen;
    this.#seen = now.mark;
    if (!isAtRest || now.mark === this.#known) return;
    this.#known = now.mark;
    this.#parts.changed();
  }
}

/** What tells two states of a file apart without reading it. */
function look(path: string): { readonly mark: string } | { readonly missing: string } {
  try {
    const { dev, ino, size, mtime, ctime } = Deno.statSync(path);
    return { mark: [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join(" ") };
  } catch (thrown) {
    return { missing: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
