/** Content codings that Aegis can apply, in the order in which it prefers them (RFC 9659, RFC 7932, RFC 1952). */
export const ENCODINGS = ["zstd", "br", "gzip"] as const;
export type Encoding = typeof ENCODINGS[number];

/** `compression` of a host: text is compressed where the target sent it as it is. */
export interface Compression {
  readonly enabled: boolean;
  /** Shorter answers stay as they are. */
  readonly min_bytes: number;
  readonly encodings: readonly Encoding[];
}

export const DEFAULT_COMPRESSION: Compression = Object.freeze({
  enabled: false,
  min_bytes: 1_024,
  encodings: ENCODINGS,
});
