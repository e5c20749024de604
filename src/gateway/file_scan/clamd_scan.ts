import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import type { FileScanSettings } from "../../core/file_scan.ts";

export type ScanVerdict =
  | { readonly kind: "clean" }
  /** `signature`: what clamd calls it. */
  | { readonly kind: "infected"; readonly signature: string }
  | { readonly kind: "failed"; readonly why: string };

const CLEAN: ScanVerdict = Object.freeze({ kind: "clean" });
const COMMAND = Buffer.from("zINSTREAM\0");
const END = Buffer.alloc(4);
const LONGEST_REPLY = 4_096;

/**
 * One file on its way to clamd (INSTREAM, clamd(8)): pieces with their length in front of them, an empty one at the
 * end, then one line `stream: OK`, `stream: NAME FOUND` or `… ERROR`. The verdict comes exactly once, also where the
 * connection breaks, is refused, or takes too long.
 */
export class ClamdScan {
  readonly #settings: FileScanSettings;
  readonly #socket: Socket;
  readonly #verdict: (verdict: ScanVerdict) => void;
  #sent = 0;
  #reply = "";
  #isOver = false;
  #isWhole = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `drained`: after `write` said false, more can be written. */
  constructor(settings: FileScanSettings, verdict: (verdict: ScanVerdict) => void, drained: () => void) {
    this.#settings = settings;
    this.#verdict = verdict;
    this.#socket = connect(addressOf(settings.clamd));
    this.#socket.on("data", (bytes) => this.#read(bytes));
    this.#socket.on("connect", () => this.#isAnswered());
    this.#socket.on("drain", () => {
      this.#isAnswered();
      drained();
    });
    this.#socket.on("error", (error) => this.#fail(`clamd at ${settings.clamd}: ${error.message}`));
    this.#socket.on("close", () => this.#fail("clamd closed the connection without a verdict"));
    this.#socket.write(COMMAND);
    this.#wait();
  }

  /** False: clamd takes no more at the moment, wait for `drained`. The bytes are copied. */
  write(bytes: Uint8Array): boolean {
    if (this.#isOver || bytes.length === 0) return true;
    this.#sent += bytes.length;
    if (this.#sent > this.#settings.max_bytes) {
      this.#fail(`longer than ${this.#settings.max_bytes} bytes`);
      return true;
    }
    const piece = Buffer.allocUnsafe(4 + bytes.length);
    piece.writeUInt32BE(bytes.length);
    piece.set(bytes, 4);
    const takesMore = this.#socket.write(piece);
    if (!takesMore && this.#timer === null) this.#wait();
    return takesMore;
  }

  /** The file is whole. */
  end(): void {
    if (this.#isOver) return;
    this.#isWhole = true;
    this.#socket.write(END);
    this.#wait();
  }

  /** Nobody waits for a verdict any more. */
  abort(): void {
    this.#isOver = true;
    this.#close();
  }

  /** clamd did what it was waited for; a client may take as long as it likes for the rest of its upload. */
  #isAnswered(): void {
    if (this.#timer === null || this.#isWhole) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** clamd has so long from now on. */
  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const { timeout_ms } = this.#settings;
    this.#timer = setTimeout(() => this.#fail(`no verdict of clamd within ${timeout_ms} ms`), timeout_ms);
  }

  #read(bytes: Uint8Array): void {
    this.#reply += Buffer.from(bytes).toString("latin1");
    const end = this.#reply.search(/[\0\n]/);
    if (end >= 0) this.#settle(verdictOf(this.#reply.slice(0, end)));
    else if (this.#reply.length > LONGEST_REPLY) this.#fail("clamd's answer is none");
  }

  #fail(why: string): void {
    this.#settle({ kind: "failed", why });
  }

  #settle(verdict: ScanVerdict): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#close();
    this.#verdict(verdict);
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket.destroy();
  }
}

function verdictOf(reply: string): ScanVerdict {
  if (/: OK$/.test(reply)) return CLEAN;
  const found = /^(?:stream|fd\[\d+\]): (.{1,200}) FOUND$/.exec(reply);
  // deno-lint-ignore no-control-regex -- whatever clamd says goes into the log
  const shown = (text: string) => text.replace(/[\x00-\x1f\x7f-\xff]/g, "?");
  if (found !== null) return { kind: "infected", signature: shown(found[1]!) };
  return { kind: "failed", why: `clamd says: ${shown(reply.slice(0, 200))}` };
}

function addressOf(clamd: string): { path: string } | { host: string; port: number } {
  if (clamd.startsWith("unix:")) return { path: clamd.slice("unix:".length) };
  const colon = clamd.lastIndexOf(":");
  return { host: clamd.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(clamd.slice(colon + 1)) };
}
