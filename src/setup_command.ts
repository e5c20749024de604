/**
 * What shows the setup link again, for an instance that was started with `--data-dir dataDir`. The tasks of a checkout name
 * a directory themselves.
 */
export function setupCommand(form: string, dataDir: string | undefined): string {
  const isSource = form === "source";
  const named = dataDir === undefined || (isSource && dataDir === "data")
    ? ""
    : ` --data-dir ${quoted(dataDir)}`;
  return `${isSource ? "deno task aegis setup" : "aegis setup"}${named}`;
}

function quoted(word: string): string {
  return /^[\w./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
