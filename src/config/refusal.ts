import { AegisError, type FieldError } from "../core/errors.ts";

export function flagFault(field: string, message: string, remedy: string): FieldError {
  return { field, file: "command line", message, remedy };
}

/** Every fault at once, in the order of files and lines. */
export function refused(errors: readonly FieldError[]): AegisError {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  const sorted = errors.toSorted((a, b) =>
    (a.file ?? "").localeCompare(b.file ?? "") || (a.line ?? 0) - (b.line ?? 0)
  )
    .map(({ field, message, remedy, file, line }) => ({
      field,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    }));
  return new AegisError("config_refused", `The configuration was refused: ${count}.`, {
    fields: sorted,
    privateText: sorted.map(describeField).join("\n"),
  });
}

/** `aegis.yml:12: hosts.0.targets: is missing (add targets: a list)`; without a file it begins `line 12:`. */
export function describeField(error: FieldError): string {
  const place = error.file === undefined && error.line !== undefined
    ? `line ${error.line}`
    : [error.file, error.line].filter((each) => each !== undefined).join(":");
  const remedy = error.remedy === undefined ? "" : ` (${error.remedy})`;
  return [place, error.field, error.message].filter((each) => each !== "").join(": ") + remedy;
}
