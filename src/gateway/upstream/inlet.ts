import type { Buffer } from "node:buffer";
import type { OnReadOpts, Socket } from "node:net";
import type { ReadRoom } from "../listener/read_room.ts";

/** One socket's way in. Made before the socket, because only who connects can say where its reads go. */
export class Inlet {
  /** `chunk` is only valid during the call. What comes before it is set belongs to nobody. */
  reader: ((chunk: Buffer) => void) | null = null;
  readonly #room: ReadRoom;

  constructor(room: ReadRoom) {
    this.#room = room;
  }

  /** For `net.connect`: the socket has no `data` events then; everything else of it is as ever. */
  get onread(): OnReadOpts {
    return {
      buffer: this.#room.buffer,
      callback: (bytes) => {
        this.reader?.(this.#room.read(bytes));
        return true;
      },
    };
  }

  /** For a socket that can only be listened to: TLS decrypts into buffers of its own. */
  listen(socket: Socket): void {
    socket.on("data", (chunk: Buffer) => this.reader?.(chunk));
  }
}
