import { AegisError } from "../../core/errors.ts";

/** The largest database on the market (cities) has some 150 MB. */
const MOST_BYTES = 512 * 1_048_576;
const PIECE_BYTES = 65_536;

/** Says another thing when the file is another one. */
export function modifiedAt(path: string): string {
  const { mtime, size, ino } = Deno.statSync(path);
  return `${mtime?.getTime() ?? 0} ${size} ${ino ?? 0}`;
}

/** The whole file, in memory that threads share: piece by piece, so that there is never a second copy of it. */
export function readShared(path: string): SharedArrayBuffer {
  using file = Deno.openSync(path);
  const { size, isFile } = file.statSync();
  if (!isFile) throw new AegisError("invalid_input", "this is no file");
  if (size > MOST_BYTES) throw new AegisError("invalid_input", "the file is over 512 MiB");
  const memory = new SharedArrayBuffer(size);
  const all = new Uint8Array(memory);
  const piece = new Uint8Array(PIECE_BYTES);
  let at = 0;
  for (let read = file.readSync(piece); read !== null && at < size; read = file.readSync(piece)) {
    all.set(piece.subarray(0, Math.min(read, size - at)), at);
    at += read;
  }
  return memory;
}
