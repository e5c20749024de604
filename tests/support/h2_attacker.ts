import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { FRAME_HEADER_BYTES, FrameType, PREFACE } from "../../src/gateway/listener/http2/frame.ts";
import { frameBytes, settingsPayload } from "./h2_client.ts";

/** What is written at once, as a flood does it. */
const BATCH_BYTES = 16_384;

export interface AttackerOptions {
  readonly port: number;
  /** An address of loopback of its own, by which the log knows it. */
  readonly from: string;
  readonly settings?: readonly (readonly [number, number])[];
  /** Nothing that arrives is read. */
  readonly deaf?: boolean;
}

/** One connection of HTTP/2 in the clear that means harm: it writes what it likes, and sees how it is ended. */
export class H2Attacker {
  /** How it ended: the GOAWAY's code where one came, else -1. */
  readonly ended: Promise<number>;
  /** Codes of the RST_STREAM that came. */
  readonly resets: number[] = [];
  readonly #socket: Socket;
  #input: Buffer = Buffer.alloc(0);
  #goaway = -1;
  #isOver = false;

  constructor({ port, from, settings = [], deaf = false }: AttackerOptions) {
    const socket = this.#socket = connect({ host: "127.0.0.1", port, localAddress: from });
    this.ended = new Promise((resolve) =>
      socket.on("close", () => {
        this.#isOver = true;
        resolve(this.#goaway);
      })
    );
    socket.on("error", () => {});
    socket.on("drain", () => this.#wake());
    if (!deaf) socket.on("data", (chunk: Buffer) => this.#read(chunk));
    this.write(Buffer.from(PREFACE, "latin1"));
    this.write(frameBytes(FrameType.settings, 0, 0, settingsPayload(settings)));
  }

  write(bytes: Uint8Array): void {
    if (!this.#isOver) this.#socket.write(bytes);
  }

  /** Writes `next(0)`, `next(1)`… as fast as it is taken until the connection is ended from the other side. */
  async flood(next: (i: number) => Uint8Array): Promise<void> {
    for (let i = 0; !this.#isOver;) {
      const pieces: Uint8Array[] = [];
      for (let bytes = 0; bytes < BATCH_BYTES;) bytes += pieces[pieces.push(next(i++)) - 1]!.length;
      const drained = new Promise<void>((resolve) => this.#wake = resolve);
      if (this.#socket.write(Buffer.concat(pieces))) await new Promise((resolve) => setImmediate(resolve));
      else await Promise.race([drained, this.ended]);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #wake: () => void = () => {};

  #read(chunk: Buffer): void {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    while (this.#input.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + this.#input.readUIntBE(0, 3);
      if (this.#input.length < end) return;
      const payload = this.#input.subarray(FRAME_HEADER_BYTES, end);
      if (this.#input[3] === FrameType.goaway) {
        this.#goaway = payload.readUInt32BE(4);
        // It would go on for as long as somebody reads.
        this.close();
      } else if (this.#input[3] === FrameType.rstStream) this.resets.push(payload.readUInt32BE(0));
      this.#input = this.#input.subarray(end);
    }
  }
}
