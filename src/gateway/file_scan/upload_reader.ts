/** What an upload holds, as it streams in. */
export interface UploadSink {
  /** A file begins. */
  file(name: string): void;
  /** Bytes of the file that began last; valid during the call. */
  bytes(piece: Uint8Array): void;
  /** Nothing more of that file comes. */
  fileEnd(): void;
  /** Readers differ on what follows, or on what came. */
  odd(why: string): void;
  /** No file will come. */
  none(): void;
}

export interface UploadReader {
  /** `chunk` is only read during the call. */
  push(chunk: Uint8Array): void;
  /** The body is over. */
  end(): void;
}
