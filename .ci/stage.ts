import { dirname, join } from "node:path";
import { EMBEDDED_COUNTRY_URL } from "../src/embedded_country_url.ts";

/** What a build writes into the executable. */
export interface BuildFacts {
  readonly version: string;
  readonly commit: string;
  readonly built_at: string;
}

export const ROOT = join(import.meta.dirname!, "..");

/** Entry modules of the threads; each is started by its URL, which no import shows to a build. */
export const THREADS = [
  "src/command_line_thread.ts",
  "src/control_thread.ts",
  "src/gateway/worker.ts",
  "src/recorder/worker.ts",
  "src/analyst/worker.ts",
];

/** The country database, in the staged tree. */
export const COUNTRY_FILE = "src/country.mmdb";

/**
 * Copies what is shipped (no tests) to `target`, with `form` and the build's facts in src/core/build_info.ts. The
 * working tree stays as it is.
 */
export async function stage(target: string, form: "compiled" | "portable", facts: BuildFacts): Promise<void> {
  await Deno.remove(target, { recursive: true }).catch((thrown) => {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  });
  for (const name of ["main.ts", "deno.json", "deno.lock", "src", "views", "rules"]) {
    await copy(join(ROOT, name), join(target, name));
  }
  await edit(join(target, "src/core/build_info.ts"), [
    [/version: "[^"]*",/, `version: ${JSON.stringify(facts.version)},`],
    [/commit: "",/, `commit: ${JSON.stringify(facts.commit)},`],
    [/built_at: "",/, `built_at: ${JSON.stringify(facts.built_at)},`],
    [/form: "source",/, `form: ${JSON.stringify(form)},`],
  ]);
  // A build has no package store: the file goes where its module will look, beside it.
  await Deno.copyFile(new URL(EMBEDDED_COUNTRY_URL), join(target, COUNTRY_FILE));
  await Deno.writeTextFile(
    join(target, "src/embedded_country_url.ts"),
    'export const EMBEDDED_COUNTRY_URL = new URL("./country.mmdb", import.meta.url).href;\n',
  );
  // The plug-in of deno lint is not shipped.
  await edit(join(target, "deno.json"), [[/"plugins": \[[^\]]*\],/, ""]]);
}

/** Replaces each pattern once. A pattern that is not there is an error: the build would be wrong without a word. */
export async function edit(file: string, changes: readonly (readonly [RegExp, string])[]): Promise<void> {
  let text = await Deno.readTextFile(file);
  for (const [pattern, replacement] of changes) {
    if (!pattern.test(text)) throw new Error(`${file}: ${pattern} stands nowhere in it`);
    text = text.replace(pattern, () => replacement);
  }
  await Deno.writeTextFile(file, text);
}

/** Version from deno.json, commit from AEGIS_COMMIT, or from git where the tree is a checkout. */
export async function buildFacts(now: Date): Promise<BuildFacts> {
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  return { version, commit: await commit(), built_at: now.toISOString().replace(/\.\d+Z$/, "Z") };
}

async function commit(): Promise<string> {
  const given = Deno.env.get("AEGIS_COMMIT");
  if (given !== undefined && /^[0-9a-f]{7,40}$/.test(given)) return given.slice(0, 12);
  try {
    const [head, changes] = await Promise.all([
      git("rev-parse", "--short=12", "HEAD"),
      git("status", "--porcelain"),
    ]);
    return head === "" || changes === "" ? head : `${head}-changed`;
  } catch (thrown) {
    // Without git, or from an archive: the version alone must do.
    if (thrown instanceof Deno.errors.NotFound) return "";
    throw thrown;
  }
}

async function git(...args: string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command("git", { args, cwd: ROOT, stderr: "null" }).output();
  return success ? new TextDecoder().decode(stdout).trim() : "";
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isDirectory) {
    await Deno.mkdir(to, { recursive: true });
    for await (const entry of Deno.readDir(from)) {
      if (!/_test\.tsx?$/.test(entry.name)) await copy(join(from, entry.name), join(to, entry.name));
    }
  } else {
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.copyFile(from, to);
  }
}
