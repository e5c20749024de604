import { installPackages } from "./packages.ts";
import { readSummary, type Totals } from "./summary.ts";

/**
 * `deno task test [PATH…]`: installs what tests need, runs everything (or what is named), and closes with
 * `N passed, N failed` alone on a line.
 */

/** Tests that start whole products, browsers or builds: one at a time, because they need the machine for themselves. */
const ALONE = ["tests/build", "tests/e2e", "tests/scenarios", "tests/threads"];
/** Everything is tested, not only what is named. */
const isWhole = Deno.args.length === 0;
const ROOT = new URL("..", import.meta.url).pathname;
const IS_TEST = /(?:^|[_./])test\.(?:ts|tsx|js)$/;

function testFiles(folder: string): string[] {
  const found: string[] = [];
  for (const entry of Deno.readDirSync(`${ROOT}${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "output" && entry.name !== "node_modules") {
      found.push(...testFiles(path));
    } else if (entry.isFile && IS_TEST.test(entry.name)) found.push(path);
  }
  return found.sort();
}

/** Types of everything, once: `deno test` would check what is common to all files again in each run. */
async function typesAreRight(): Promise<boolean> {
  const args = ["check", "-q", "main.ts", "src", "views", "tests", ".ci"];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).spawn().status;
  return success;
}

/** Runs `deno test` and shows its output as it comes. A run without a summary (a module that throws) counts as one failure. */
async function run(files: readonly string[], parallel: boolean): Promise<Totals> {
  if (files.length === 0) return { passed: 0, failed: 0 };
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--no-prompt",
      ...(isWhole ? ["--no-check"] : []),
      ...(parallel ? ["--parallel"] : []),
      ...files,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let tail = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    await Deno.stdout.write(new TextEncoder().encode(text));
    tail = (tail + text).slice(-65_536);
  }
  const { success } = await child.status;
  const totals = readSummary(tail) ?? { passed: 0, failed: 0 };
  // What fails outside a test (a module that throws, a leak at the end) fails the run as well.
  return success || totals.failed > 0 ? totals : { ...totals, failed: 1 };
}

function finish({ passed, failed }: Totals): never {
  console.log(`\n${passed} passed, ${failed} failed`);
  Deno.exit(failed === 0 && passed > 0 ? 0 : 1);
}

const problem = await installPackages();
if (problem !== null) {
  console.error(problem);
  finish({ passed: 0, failed: 1 });
}
const files = isWhole ? ["src", "views", "tests"].flatMap(testFiles) : Deno.args;
if (isWhole && !await typesAreRight()) finish({ passed: 0, failed: 1 });
const isAlone = (file: string) => ALONE.some((folder) => file.startsWith(`${folder}/`));
const together = await run(files.filter((file) => !isAlone(file)), true);
const alone = await run(files.filter(isAlone), false);
finish({ passed: together.passed + alone.passed, failed: together.failed + alone.failed });
