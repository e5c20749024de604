/** One field of bad input: where it stands, what is wrong, and what to write instead. */
export interface FieldError {
  /** Dotted path inside the input, e.g. `targets.0.url`. Empty for the whole. */
  readonly field: string;
  readonly message: string;
  /** What to write or do instead. */
  readonly remedy?: string;
  /** File and line, where the input came from a file. */
  readonly file?: string;
  readonly line?: number;
}

/** What kind of failure it is; each face turns it into its own terms (HTTP status, exit code). */
export type ErrorCode =
  | "invalid_input"
  | "not_found"
  | "conflict"
  | "forbidden"
  | "not_signed_in"
  | "rate_limited"
  | "precondition_failed"
  | "read_only"
  | "config_refused"
  | "port_unavailable"
  | "unavailable"
  | "internal";

export interface AegisErrorOptions {
  /** The operator's text: whole detail, stands in logs only. Defaults to the public text. */
  readonly privateText?: string;
  readonly fields?: readonly FieldError[];
  readonly cause?: unknown;
}

/**
 * The only error class that crosses folders. `message` is the public text: anyone may read it, so it holds no
 * path, secret or value of somebody else; `privateText` is for the operator.
 */
export class AegisError extends Error {
  override readonly name = "AegisError";
  readonly code: ErrorCode;
  readonly privateText: string;
  readonly fields: readonly FieldError[];

  constructor(code: ErrorCode, publicText: string, options: AegisErrorOptions = {}) {
    super(publicText, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.privateText = options.privateText ?? publicText;
    this.fields = options.fields ?? [];
  }
}

/** The text of anything thrown, for logs. */
export function errorText(thrown: unknown): string {
  if (thrown instanceof AegisError) return thrown.privateText;
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return String(thrown);
}
