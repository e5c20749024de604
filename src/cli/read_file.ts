import { UsageError } from "./failure.ts";

/** The text of a file that the command line names. `what`: as it was named there, such as `--file`; empty for an argument. */
export function readNamedFile(path: string, what = ""): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new UsageError(`${what === "" ? "" : `${what} `}${path}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "you may not read it";
  if (error instanceof Deno.errors.IsADirectory) return "that is a directory";
  return `it cannot be read (${error.message})`;
}
