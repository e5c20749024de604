import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { type ProxyHeader, readProxyHeader } from "./proxy_header.ts";

/** Called once: with the header, or with why there is none; the socket is destroyed then. */
export type ProxyIntakeDone = (header: ProxyHeader | null, detail: string) => void;

/**
 * A connection of a listed sender until its PROXY header is read. What came behind the header is put back in front of
 * the socket's stream, which is paused then.
 *
 * [SECURITY] The header is due whole within `timeoutMs`: neither silence nor dripping holds a socket for longer.
 */
export class ProxyIntake {
  readonly #socket: Socket;
  readonly #done: ProxyIntakeDone;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #onData = (chunk: Buffer) => this.#receive(chunk);
  readonly #onGone = () => this.fail("the connection ended before its PROXY header");
  #held: Buffer | null = null;
  #over = false;

  constructor(socket: Socket, timeoutMs: number, done: ProxyIntakeDone) {
    this.#socket = socket;
    this.#done = done;
    this.#timer = setTimeout(() => this.fail(`no PROXY header within ${timeoutMs} ms`), timeoutMs);
    socket.on("error", this.#onGone);
    socket.on("close", this.#onGone);
    socket.on("end", this.#onGone);
    socket.on("data", this.#onData);
  }

  fail(detail: string): void {
    if (this.#over) return;
    this.#finish();
    // The handler that stays: an error of a socket that is given up must not end the thread.
    this.#socket.on("error", () => {});
    this.#socket.resetAndDestroy();
    this.#done(null, detail);
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#held === null ? chunk : Buffer.concat([this.#held, chunk]);
    const read = readProxyHeader(bytes);
    if (read.kind === "refused") return this.fail(read.detail);
    if (read.kind === "more") {
      this.#held = Buffer.from(bytes);
      return;
    }
    this.#finish();
    this.#socket.pause();
    const rest = bytes.subarray(read.header.length);
    if (rest.length > 0) this.#socket.unshift(rest);
    this.#done(read.header, "");
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket.off("error", this.#onGone);
    this.#socket.off("close", this.#onGone);
    this.#socket.off("end", this.#onGone);
    this.#socket.off("data", this.#onData);
  }
}
