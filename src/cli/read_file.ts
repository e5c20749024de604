import { AegisError } from "../core/errors.ts";
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

/** What is wrong with the field that the file went into is said of the file: nobody typed that field. */
export async function namingFile<T>(path: string, field: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    if (!(thrown instanceof AegisError)) throw thrown;
    const name = path === "-" ? "standard input" : path;
    const fields = thrown.fields.map((each) => each.field === field ? { ...each, field: name } : each);
    const { code, message, privateText, cause } = thrown;
    throw new AegisError(code, message, { privateText, fields, cause });
  }
}
