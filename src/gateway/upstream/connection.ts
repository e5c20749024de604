import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { WriteRoom } from "../../lib/write_room.ts";
import { Output } from "../listener/output.ts";
import type { Inlet } from "./inlet.ts";

/** Who reads a connection at the moment. None: it is idle, and whatever arrives ends it. */
export interface ConnectionUser {
  /** `chunk` is only valid during the call. */
  received(chunk: Buffer): void;
  /** The target will send no more. */
  ended(): void;
  /** What was written has left; more may be written. */
  drained(): void;
  /** The socket is gone. Nothing comes after it. */
  closed(detail: string): void;
}

/** One socket to a target, with its listeners attached once for all the requests that it carries. */
export class Connection {
  readonly socket: Socket;
  readonly output: Output;
  user: ConnectionUser | null = null;
  /** Requests that it has carried. */
  uses = 0;
  /** While idle: monotonic milliseconds of the last release, and of the end of its keep-alive. */
  idleSince = 0;
  idleUntil = 0;
  readonly #onGone: (connection: Connection) => void;
  #ended = false;
  #detail = "the target closed the connection";

  constructor(socket: Socket, inlet: Inlet, room: WriteRoom, onGone: (connection: Connection) => void) {
    this.socket = socket;
    this.output = new Output(socket, room);
    this.#onGone = onGone;
    inlet.reader = (chunk) => this.#received(chunk);
    socket.on("end", () => this.#onEnd());
    socket.on("drain", () => this.user?.drained());
    socket.on("error", (error: Error) => {
      this.#detail = error.message;
    });
    socket.on("close", () => this.#onClose());
  }

  /** As far as this side can know, a request written now will be read. */
  get usable(): boolean {
    return !this.#ended && !this.socket.destroyed && this.socket.writable;
  }

  destroy(): void {
    this.socket.destroy();
  }

  #received(chunk: Buffer): void {
    // [SECURITY] Response splitting (CWE-113): bytes that answer no request would be taken for the next one's answer.
    if (this.user === null) this.socket.destroy();
    else this.user.received(chunk);
  }

  #onEnd(): void {
    this.#ended = true;
    if (this.user === null) this.socket.destroy();
    else this.user.ended();
  }

  #onClose(): void {
    this.#ended = true;
    const user = this.user;
    this.user = null;
    this.#onGone(this);
    user?.closed(this.#detail);
  }
}
