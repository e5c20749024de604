import { AegisError, type ErrorCode, type FieldError } from "../core/errors.ts";
import type { FormState } from "../../views/model.ts";

/** HTTP status of each code. */
export const STATUS_OF: Readonly<
  Record<ErrorCode, 400 | 401 | 403 | 404 | 409 | 412 | 422 | 429 | 500 | 503>
> = {
  invalid_input: 422,
  not_found: 404,
  conflict: 409,
  forbidden: 403,
  not_signed_in: 401,
  rate_limited: 429,
  precondition_failed: 412,
  read_only: 409,
  config_refused: 422,
  port_unavailable: 503,
  unavailable: 503,
  internal: 500,
};

/** Codes that a form shows beside what was typed; all others get a page of their own. */
const OF_FORMS: ReadonlySet<ErrorCode> = new Set([
  "invalid_input",
  "conflict",
  "precondition_failed",
  "read_only",
  "rate_limited",
  "forbidden",
  "not_signed_in",
  "unavailable",
]);

export interface FormFailure {
  readonly status: 400 | 401 | 403 | 404 | 409 | 412 | 422 | 429 | 500 | 503;
  readonly form: FormState;
}

/**
 * A failed change as the form that comes back: what was typed (never passwords, never the CSRF token) and the errors, their
 * fields renamed by dropping `prefix` (`host.` where the input wraps what the form shows).
 */
export function formFailure(
  thrown: unknown,
  values: Readonly<Record<string, string>>,
  prefix = "",
): FormFailure {
  if (!(thrown instanceof AegisError) || !OF_FORMS.has(thrown.code)) throw thrown;
  const kept = Object.fromEntries(
    Object.entries(values).filter(([name]) => !/password|csrf/.test(name)),
  );
  return {
    status: STATUS_OF[thrown.code],
    form: {
      values: kept,
      errors: thrown.fields.map((field) => renamed(field, prefix)),
      message: messageOf(thrown),
    },
  };
}

function renamed(field: FieldError, prefix: string): FieldError {
  return field.field.startsWith(prefix) ? { ...field, field: field.field.slice(prefix.length) } : field;
}

/** One wrong field is said in its own words, several are counted: each says it at its place. */
function messageOf(error: AegisError): string {
  const [first, ...others] = error.fields;
  if (error.code !== "invalid_input" || first === undefined) return sentence(error.message);
  if (others.length === 0) return sentence(first.message);
  // Entries of one list (`domains.0`, `domains.1`) stand in one field.
  const places = new Set(error.fields.map(({ field }) => field.replace(/\.\d+$/, ""))).size;
  return places === 1 ? "One field is not right" : `${places} fields are not right`;
}

function sentence(text: string): string {
  // An address or a domain stays as it was written.
  return /^\S+(?::\/\/|\.\w)/.test(text) ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
}
