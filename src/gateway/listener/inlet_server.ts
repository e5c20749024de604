import { Buffer } from "node:buffer";
import { Server, Socket } from "node:net";
import { ReadRoom } from "./read_room.ts";

/**
 * An accepted socket that reads into a room that it shares. What was read goes to `reader`, past the stream; into the
 * stream while there is none. Else the runtime makes 64 KB for each read and hands them through the stream, which costs
 * a twentieth of a proxied request.
 */
export class InletSocket extends Socket {
  /** Each chunk is its own. Set it while nothing waits in the stream. */
  reader: ((chunk: Buffer) => void) | null = null;
  /** Is asked before `reader` whether it can do with bytes that are only lent for the call. */
  borrower: ((bytes: Buffer) => boolean) | null = null;

  /** `handle`: the runtime's, of the accepted connection. */
  constructor(handle: unknown, room: ReadRoom) {
    const options = {
      handle,
      allowHalfOpen: true,
      onread: { buffer: room.buffer, callback: (bytes: number) => this.#received(room.read(bytes)) },
    };
    super(options);
  }

  #received(bytes: Buffer): boolean {
    if (this.borrower?.(bytes) === true) return true;
    const chunk = Buffer.allocUnsafe(bytes.length);
    bytes.copy(chunk);
    if (this.reader === null) return this.push(chunk);
    this.reader(chunk);
    return true;
  }
}

/** Accepts `InletSocket`s, with both halves to be closed apart. */
export class InletServer extends Server {
  readonly #room = new ReadRoom();

  constructor(accept: (socket: Socket) => void) {
    super({ allowHalfOpen: true }, accept);
  }

  /** What node:net asks for each connection; a runtime that does not ask makes sockets of its own, which work as well. */
  _createSocket(handle: unknown): Socket {
    const socket = new InletSocket(handle, this.#room);
    // By these it counts its connections and knows when it is closed.
    return Object.assign(socket, { server: this, _server: this });
  }
}
