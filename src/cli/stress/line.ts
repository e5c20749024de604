import type { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Answer, AnswerReader } from "./answer_reader.ts";
import { proxyHeader, type StressTarget } from "./target.ts";

const CONNECT_MS = 10_000;

/** How waiting for an answer ended: with one, with the connection's end, too late, or with something that is no HTTP. */
export type Reply = Answer | "closed" | "late" | "garbled";

/** One connection to the instance under test: a request and its answer at a time. */
export class Line {
  /** Resolves once the connection is gone. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  #reader: AnswerReader | null = null;
  #settle: ((reply: Reply) => void) | null = null;
  #isGone = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    // How it ended is all that is told: `close` follows.
    socket.on("error", () => {});
    this.gone = new Promise((resolve) =>
      socket.on("close", () => {
        this.#isGone = true;
        this.#finish(this.#reader?.end() === true ? this.#reader.answer! : "closed");
        resolve();
      })
    );
  }

  /** Resolves to what happened where it could not be opened. Rejects where nothing listens. `from`: the own address. */
  static async open(target: StressTarget, from?: string): Promise<Line | "closed" | "late"> {
    const own = from === undefined ? {} : { localAddress: from };
    const socket = connect({ host: target.hostname, port: target.port, ...own });
    const failure = await settled(socket, "connect");
    if (failure !== null) return failure;
    if (target.client !== null) socket.write(proxyHeader(target.client));
    if (!target.isTls) return new Line(socket);
    const servername = target.host.replace(/:\d+$/, "");
    // The instance's own authority is nobody's yet, and loopback is not the place where somebody listens in.
    const tls = connectTls({ socket, servername, ALPNProtocols: ["http/1.1"], rejectUnauthorized: false });
    return await settled(tls, "secureConnect") ?? new Line(tls);
  }

  get isUsable(): boolean {
    return !this.#isGone && this.#socket.writable;
  }

  /** `text` has one character a byte. */
  send(text: string): void {
    if (!this.#isGone) this.#socket.write(text, "latin1");
  }

  /** The next answer; one at a time. */
  answer(method: string, withinMs: number): Promise<Reply> {
    if (this.#isGone) return Promise.resolve("closed");
    this.#reader = new AnswerReader(method);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#finish("late"), withinMs);
      this.#settle = (reply) => {
        clearTimeout(timer);
        resolve(reply);
      };
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    // Nobody asked: what comes answers a request that was hidden in another.
    if (this.#reader === null) return this.close();
    try {
      const taken = this.#reader.take(chunk);
      if (this.#reader.answer === null) return;
      this.#finish(taken < chunk.length ? "garbled" : this.#reader.answer);
    } catch {
      this.#finish("garbled");
    }
  }

  #finish(reply: Reply): void {
    const settle = this.#settle;
    this.#settle = null;
    this.#reader = null;
    if (typeof reply === "string" || !reply.keepAlive) this.close();
    settle?.(reply);
  }
}

/** Resolves to null at `event`, else to what came instead; the socket is destroyed then. Rejects where nothing listens. */
function settled(socket: Socket, event: "connect" | "secureConnect"): Promise<"closed" | "late" | null> {
  return new Promise((resolve, reject) => {
    const ready = () => finish(null);
    const failed = (error: Error) => {
      if ("code" in error && error.code === "ECONNREFUSED") reject(error);
      finish("closed");
    };
    const ended = () => finish("closed");
    const timer = setTimeout(() => finish("late"), CONNECT_MS);
    const finish = (result: "closed" | "late" | null) => {
      clearTimeout(timer);
      socket.off("error", failed).off("close", ended).off(event, ready);
      if (result !== null) socket.on("error", () => {}).destroy();
      resolve(result);
    };
    socket.on("error", failed).on("close", ended).on(event, ready);
  });
}
