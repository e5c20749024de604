import { AegisError, type ErrorCode, type FieldError } from "../core/errors.ts";

/** Status and title of each kind of failure. */
export const PROBLEMS: Readonly<Record<ErrorCode, { readonly status: number; readonly title: string }>> =
  Object.freeze({
    invalid_input: { status: 422, title: "The input is not valid" },
    not_found: { status: 404, title: "Not found" },
    conflict: { status: 409, title: "This collides with something that is there" },
    forbidden: { status: 403, title: "Not allowed" },
    not_signed_in: { status: 401, title: "Not signed in" },
    rate_limited: { status: 429, title: "Too many attempts" },
    precondition_failed: { status: 412, title: "Changed meanwhile" },
    read_only: { status: 409, title: "This cannot be changed here" },
    config_refused: { status: 422, title: "The configuration is refused" },
    port_unavailable: { status: 503, title: "A port is not available" },
    unavailable: { status: 503, title: "Not available right now" },
    internal: { status: 500, title: "Internal error" },
  });

/** Problem details (RFC 9457), with the code, the fields, and the id under which the log has it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly fields?: readonly FieldError[];
}

/** Refusals of HTTP itself, before an operation is asked. */
export class HttpProblem extends AegisError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super("invalid_input", text);
    this.status = status;
    this.headers = headers;
  }
}

/** The answer for anything thrown. [SECURITY] Only public texts leave: what is not an AegisError is "internal error". */
export function problemResponse(thrown: unknown, requestId: string): Response {
  const error = thrown instanceof AegisError ? thrown : new AegisError("internal", "internal error");
  const known = PROBLEMS[error.code];
  const status = error instanceof HttpProblem ? error.status : known.status;
  const problem: Problem = {
    type: `urn:aegis:problem:${error.code}`,
    title: known.title,
    status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.fields.length === 0 ? {} : { fields: error.fields }),
  };
  return new Response(JSON.stringify(problem), {
    status,
    headers: {
      "content-type": "application/problem+json",
      // RFC 9110 §15.5.2: a 401 names how to sign in; there is no registered scheme for a cookie.
      ...(status === 401 ? { "www-authenticate": 'Session realm="aegis"' } : {}),
      ...(error instanceof HttpProblem ? error.headers : {}),
    },
  });
}
