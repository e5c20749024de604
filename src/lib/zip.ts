import { crc32 } from "node:zlib";

export interface ZipEntry {
  /** Relative path with `/`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** 1980-01-01 00:00: the format's first moment, so that the same entries give the same bytes. */
const DOS_DATE = (1 << 5) | 1;
const UTF8_NAMES = 1 << 11;

/**
 * A ZIP archive of a few small files, stored without compression (PKWARE APPNOTE 6.3.10, §4.3). For bundles made in
 * memory: no ZIP64, so less than 4 GiB and 65,536 entries.
 */
export function zip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = encoder.encode(entry.name);
    const checksum = crc32(entry.content);
    const shared = [
      [2, 20],
      [2, UTF8_NAMES],
      [2, 0],
      [2, 0],
      [2, DOS_DATE],
      [4, checksum],
      [4, entry.content.length],
      [4, entry.content.length],
      [2, name.length],
      [2, 0],
    ] as const;
    const local = concat([fields([[4, 0x04034b50], ...shared]), name, entry.content]);
    // After the shared fields: comment, disk, internal and external attributes, place of the local header.
    directory.push(concat([
      fields([[4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      name,
    ]));
    locals.push(local);
    offset += local.length;
  }
  const index = concat(directory);
  const count = entries.length;
  const end = fields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, index.length],
    [4, offset],
    [2, 0],
  ]);
  return concat([...locals, index, end]);
}

/** Little-endian numbers of 2 or 4 bytes. */
function fields(values: readonly (readonly [2 | 4, number])[]): Uint8Array {
  const out = new Uint8Array(values.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [size, value] of values) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return out;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
