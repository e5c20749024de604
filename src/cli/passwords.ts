import type { Terminal } from "./terminal.ts";
import { UsageError } from "./failure.ts";

/** A new password: asked for twice at a terminal, else standard input's first line. Never from the command line. */
export async function askNewPassword(terminal: Terminal, name: string): Promise<string> {
  const first = await terminal.readSecret(`Password for ${name} (at least 12 characters): `);
  if (first === null) throw new UsageError("no password was given: type it, or write it to standard input");
  if (!terminal.canAsk) return first;
  const second = await terminal.readSecret("Once more: ");
  if (first !== second) throw new UsageError("the two passwords differ; nothing was changed");
  return first;
}
