const RUN = /[\t\r\n\x20-\x7e]{8,}/g;

/**
 * The stretches of plain text in a byte string, joined by line feeds; what is no text by chance is seldom so long.
 *
 * [SECURITY] A target that does not know a Content-Encoding reads the bytes as they are, and compressed formats have
 * room for plain text: names and comments of gzip, skipped blocks of brotli and zstd, whatever follows the end.
 */
export function readableRuns(bytes: string): string {
  return (bytes.match(RUN) ?? []).join("\n");
}
