/** What `deno task test` was asked for. */
export interface Arguments {
  /** Files or folders; none means everything. */
  readonly paths: readonly string[];
  /** A part of the names of tests, or a pattern between slashes, as `deno test --filter` takes it. */
  readonly filter: string | null;
}

export const USAGE = "Usage: deno task test [--filter TEXT] [PATH…]";

/** Throws with what is wrong where an option is unknown or has no value. */
export function readArguments(given: readonly string[]): Arguments {
  const paths: string[] = [];
  let filter: string | null = null;
  for (let at = 0; at < given.length; at++) {
    const argument = given[at]!;
    if (argument === "--filter" || argument.startsWith("--filter=")) {
      filter = argument === "--filter" ? given[++at] ?? "" : argument.slice("--filter=".length);
      if (filter === "") throw new Error(`--filter needs a part of a test's name.\n${USAGE}`);
    } else if (argument.startsWith("-")) {
      throw new Error(`There is no option ${argument}.\n${USAGE}`);
    } else {
      paths.push(argument);
    }
  }
  return { paths, filter };
}
