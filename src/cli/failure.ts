import { describeField } from "../config/refusal.ts";
import { AegisError, errorText, type FieldError } from "../core/errors.ts";
import { safeText } from "./safe_text.ts";

/** Exit codes of spec 06. */
export const EXIT = Object.freeze({ ok: 0, failed: 1, config: 2, port: 3, usage: 64 });

/** A command line that asks for something that does not exist or does not fit. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What stands on the terminal for anything thrown, and the exit code: what, where, and the remedy. */
export function explainFailure(thrown: unknown): { lines: string[]; exitCode: number } {
  if (thrown instanceof UsageError) return { lines: [`aegis: ${thrown.message}`], exitCode: EXIT.usage };
  if (!(thrown instanceof AegisError)) {
    return { lines: [`aegis: ${safeText(errorText(thrown))}`], exitCode: EXIT.failed };
  }
  const fields = thrown.fields.map((field) => `  ${safeText(describeField(named(field)))}`);
  // Whoever reads this holds the data directory: the operator's text, not the public one.
  if (fields.length === 0) {
    return { lines: [`aegis: ${safeText(thrown.privateText)}`], exitCode: exitCodeOf(thrown) };
  }
  // The text of a single field's fault repeats the field.
  const repeats = thrown.fields.some((field) => thrown.message.includes(field.message));
  return {
    lines: [`aegis: ${repeats ? "refused" : safeText(thrown.message)}`, ...fields],
    exitCode: exitCodeOf(thrown),
  };
}

/** A setting by its own name: that a command sends it as part of a patch is nothing that was typed. */
function named(field: FieldError): FieldError {
  return { ...field, field: field.field.replace(/^patch\./, "") };
}

function exitCodeOf(error: AegisError): number {
  switch (error.code) {
    case "config_refused":
      return EXIT.config;
    case "port_unavailable":
      return EXIT.port;
    case "invalid_input":
      return EXIT.usage;
    default:
      return EXIT.failed;
  }
}
